import { afterEach, describe, expect, test } from '@jest/globals'
import { COMMANDS, menu, ROLES } from '../../../../bot/channels/telegram/commands.js'
import { until } from '../../../fakes/chats.js'
import { FAULTS } from '../../../fakes/telegram/faults.js'
import { freeLease, memoryStore, rig, stopAll } from './rig.js'

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
  test('follows role and language', async () => {
    const made = await rig()
    for (const role of ROLES) {
      expect(await made.telegram.setCommandsFor('42', role, 'en')).toBe(true)
      const told = made.fake.told.get('commands {"type":"chat","chat_id":42} ')!.commands as { command: string }[]
      expect(told.map(({ command }) => command)).toEqual(menu(role, 'en', COMMANDS).map(({ command }) => command))
    }
    const commands = (role: (typeof ROLES)[number]) => menu(role, 'vi', COMMANDS).map(({ command }) => command)
    expect(commands('shop')).toContain('register')
    expect(commands('consumer')).not.toContain('register')
    expect(commands('official')).toContain('cases')
    made.fake.assertClean()
  })

  test('lists only what the house has', async () => {
    expect(menu('shop', 'vi', ['check', 'lots', 'cases']).map(({ command }) => command)).toEqual(['check', 'lots'])
  })

  test('that cannot be set stops nobody', async () => {
    const made = await rig()
    made.fake.faults.add({ on: 'setMyCommands', do: FAULTS.blocked })
    expect(await made.telegram.setCommandsFor('42', 'shop', 'vi')).toBe(false)
    await made.fake.down()
    expect(await made.telegram.setCommandsFor('42', 'shop', 'vi')).toBe(false)
    expect(made.lines).toHaveLength(2)
  })
})
