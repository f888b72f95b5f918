import { afterEach, describe, expect, test } from '@jest/globals'
import { MENU_ROLES, type MenuRole } from '../../../../bot/channels/channel.js'
import { COMMANDS, menu, type BotCommand } from '../../../../bot/channels/telegram/commands.js'
import { until } from '../../../fakes/chats.js'
import { FAULTS } from '../../../fakes/telegram/faults.js'
import { person } from '../../../fakes/telegram/people.js'
import { freeLease, memoryStore, never, part, rig, stopAll, type Rig } from './rig.js'

afterEach(stopAll)

const PRIVATE = '{"type":"all_private_chats"}'

test('at start the menu and the description stand in Vietnamese and, for all others, in English', async () => {
  const made = await rig()
  made.telegram.start(memoryStore().store, freeLease())
  await until(() => made.fake.told.size === 6)
  const described = (key: string) => (made.fake.told.get(key)?.commands as { description: string }[])[1]!.description
  expect(described(`commands ${PRIVATE} vi`)).toBe('Xem nguồn gốc một sản phẩm')
  expect(described(`commands ${PRIVATE} `)).toBe('See where a product comes from')
  expect(made.fake.told.get('description {"type":"default"} vi')?.description).toContain('tem')
  expect(made.fake.told.get('short {"type":"default"} ')?.short_description).toContain('label')
  made.fake.assertClean()
})

test('what stands already is not set again', async () => {
  const made = await rig()
  made.telegram.start(memoryStore().store, freeLease())
  await until(() => made.fake.told.size === 6)
  await made.telegram.stop()
  const again = await rig({ token: made.fake.token, apiRoot: made.fake.url })
  made.fake.calls.length = 0
  again.telegram.start(memoryStore().store, freeLease())
  await until(() => made.fake.calls.filter(({ method }) => method.startsWith('getMy')).length === 6)
  expect(made.fake.calls.filter(({ method }) => method.startsWith('setMy'))).toEqual([])
})

test('is retried in the background, through outages, pauses and a relay that cannot be asked', async () => {
  const made = await rig()
  await made.fake.down()
  made.fake.faults.add({
    on: 'getMyCommands',
    do: { kind: 'answer', code: 404, description: 'Not Found: method not found' },
  })
  made.fake.faults.add({ on: 'setMyCommands', times: 2, do: FAULTS.broken })
  made.fake.faults.add({
    on: 'setMyDescription',
    times: 1,
    do: { kind: 'answer', code: 400, description: 'Bad Request: no' },
  })
  made.telegram.start(memoryStore().store, freeLease())
  await made.fake.up()
  await until(() => made.fake.told.size === 5)
  expect(made.fake.callsOf('setMyCommands')).toHaveLength(4)
  expect(made.lines.some((line) => line.includes('setMyDescription'))).toBe(true)
})

test('stop ends the retries', async () => {
  const made = await rig()
  await made.fake.down()
  made.telegram.start(memoryStore().store, freeLease())
  await until(() => made.counted.includes('call: again'))
  await made.telegram.stop()
  await made.fake.up()
  const calls = made.fake.calls.length
  await new Promise((resolve) => setTimeout(resolve, 150))
  expect(made.fake.calls.length).toBe(calls)
})

describe('its own user name', () => {
  test('is asked for at start, until Telegram can be reached', async () => {
    const names: string[] = []
    const made = await rig({ named: (userName) => void names.push(userName) })
    await made.fake.down()
    made.telegram.start(memoryStore().store, freeLease())
    await until(() => made.counted.filter((what) => what === 'call: again').length > 2)
    expect(names).toEqual([])
    await made.fake.up()
    await until(() => names.length > 0)
    expect(names).toEqual([made.fake.bot.username])
    expect(made.fake.callsOf('getMe')).toHaveLength(1)
    made.fake.assertClean()
  })

  test('is taken from no answer that holds none', async () => {
    const names: string[] = []
    const made = await rig({ named: (userName) => void names.push(userName) })
    made.fake.bot.username = 'no name'
    made.telegram.start(memoryStore().store, freeLease())
    await until(() => made.fake.callsOf('getMe').length > 0 && made.fake.told.size === 6)
    expect(names).toEqual([])
  })

  test('waits for no menu, and no menu for it', async () => {
    const names: string[] = []
    const made = await rig({ named: (userName) => void names.push(userName) })
    made.fake.faults.add({ on: 'getMyCommands', do: FAULTS.tooMany(3_600) })
    made.telegram.start(memoryStore().store, freeLease())
    await until(() => names.length > 0)
  })
})

describe('a person’s own menu', () => {
  const toldTo = (made: Rig, chat: number) =>
    made.fake.told.get(`commands {"type":"chat","chat_id":${chat}} `)?.commands as BotCommand[] | undefined

  test('follows role and language, behind the message that tells of them', async () => {
    const made = await rig()
    person(made.fake, 42)
    for (const role of MENU_ROLES) {
      const told = part('x', { menuOf: role, language: 'en' })
      expect(await made.telegram.channel.send('42', told, never())).toMatchObject({ outcome: 'sent' })
      expect(toldTo(made, 42)).toEqual(menu(role, 'en', COMMANDS))
    }
    expect(made.fake.calls.map(({ method }) => method).slice(0, 2)).toEqual(['sendMessage', 'setMyCommands'])
    const commands = (role: MenuRole) => menu(role, 'vi', COMMANDS).map(({ command }) => command)
    expect(commands('shop')).toContain('register')
    expect(commands('consumer')).not.toContain('register')
    expect(commands('official')).toContain('cases')
    made.fake.assertClean()
  })

  test('comes with any shape of message, once', async () => {
    const made = await rig()
    person(made.fake, 42)
    made.files.set('a', Buffer.from('a'))
    const files = [{ key: 'a', mime: 'image/jpeg', name: 'a.jpg' }]
    for (const whole of [part('x', { files }), part('x'.repeat(2_000), { files }), part('', { files })]) {
      made.fake.calls.length = 0
      for (const piece of made.telegram.channel.split!({ ...whole, menuOf: 'shop' }))
        await made.telegram.channel.send('42', piece, never())
      expect(made.fake.callsOf('setMyCommands')).toHaveLength(1)
    }
  })

  test('lists only what the house has', async () => {
    expect(menu('shop', 'vi', ['check', 'lots', 'colleagues']).map(({ command }) => command)).toEqual(['check', 'lots'])
  })

  test('that cannot be set stops nobody, and is not asked for where no message arrived', async () => {
    const made = await rig()
    person(made.fake, 42)
    made.fake.faults.add({ on: 'setMyCommands', do: FAULTS.broken })
    const told = part('x', { menuOf: 'shop' })
    expect(await made.telegram.channel.send('42', told, never())).toMatchObject({ outcome: 'sent' })
    expect(made.lines).toHaveLength(1)
    made.fake.faults.add({ on: 'sendMessage', do: FAULTS.blocked })
    expect(await made.telegram.channel.send('42', told, never())).toMatchObject({ outcome: 'unreachable' })
    expect(made.fake.callsOf('setMyCommands')).toHaveLength(1)
  })
})
