/** The whole house over a fake Telegram: what only shows when its parts are wired together. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { COMMANDS } from '../../bot/commands/index.js'
import { invite } from '../../domain/invitations.js'
import { DEMO_CODES } from '../../prisma/seed/demo.js'
import { granted, OPERATOR } from '../domain/actors.js'
import { until } from '../fakes/chats.js'
import { houseOf, type TestHouse } from '../fakes/house.js'
import { person, type Person } from '../fakes/telegram/people.js'
import { FakeTelegram } from '../fakes/telegram/server.js'
import { demoWorld } from '../demo-world.js'
import type { World } from '../world.js'
import { qrPng } from '../qr/pictures.js'

/** Under the load of other tests; alone it takes a second or two. */
const WITHIN_MS = 25_000
/** The demo is seeded and the reading threads are started. */
const SET_UP_WITHIN_MS = 90_000

let world: World
let fake: FakeTelegram
let house: TestHouse

beforeAll(async () => {
  world = await demoWorld()
  fake = await new FakeTelegram().up()
  house = await houseOf(world, {
    TELEGRAM_BOT_TOKEN: fake.token,
    TELEGRAM_API_ROOT: fake.url,
    // Slow, so that messages wait behind one another.
    TELEGRAM_PACE_CHAT_PER_SECOND: '2',
    TELEGRAM_PACE_CHAT_BURST: '1',
  })
  await until(() => fake.told.size === 6 && fake.callsOf('getMe').length > 0, WITHIN_MS)
}, SET_UP_WITHIN_MS)
afterAll(async () => {
  await house.stop()
  await fake.stop()
  await world.close()
})

let people = 700
const somebody = (language = 'vi'): Person => person(fake, (people += 1), { language })
const deepLink = (payload: string) => `https://t.me/${fake.bot.username}?start=${payload}`
const menuOf = ({ id }: Person) =>
  (fake.told.get(`commands {"type":"chat","chat_id":${id}} `)?.commands ?? []) as {
    command: string
    description: string
  }[]

/** Somebody who accepted an invitation to a shop. */
async function owner(): Promise<Person> {
  const made = await world.db.transaction((tx) =>
    invite(tx, { ...OPERATOR, now: new Date() }, { establishmentCode: 'BD-0002', role: 'owner' }),
  )
  const shop = somebody()
  await shop.starts(granted(made).code)
  await shop.hears((message) => message.buttons.length > 0, WITHIN_MS)
  return shop
}

describe('command menus', () => {
  test('list nothing that the house does not have', () => {
    const lists = [...fake.told].filter(([key]) => key.startsWith('commands'))
    expect(lists).toHaveLength(2)
    for (const [, told] of lists)
      for (const { command } of told.commands as { command: string }[]) expect(COMMANDS.has(command)).toBe(true)
  })

  test("are a shop's after joining, and English after English was chosen", async () => {
    const shop = await owner()
    await until(() => menuOf(shop).length > 0, WITHIN_MS)
    expect(menuOf(shop).map(({ command }) => command)).toContain('register')
    await shop.says('/language en')
    await shop.hears(/English/, WITHIN_MS)
    await until(
      () => menuOf(shop).some(({ description }) => description === 'See where a product comes from'),
      WITHIN_MS,
    )
    fake.assertClean()
  })
})

describe('a deep link to our bot', () => {
  test.each(['typed', 'photographed'])('%s leads to the card', async (how) => {
    const an = somebody()
    const address = deepLink(DEMO_CODES.valid)
    if (how === 'typed') await an.says(address)
    else await an.sendsPhoto(await qrPng(address, 10))
    expect((await an.hears(() => true, WITHIN_MS)).text).toMatch(/^✅/)
  })
})

test('every press is answered, also one whose question was overtaken while it waited to be sent', async () => {
  const shop = await owner()
  await shop.says('/register')
  await shop.hears((message) => message.buttons.length > 0, WITHIN_MS)
  const { message, button } = shop.button(0)!
  for (const data of [button.data!, button.data!, '1.0', '2.0', '3.0', 'o123456789012.0', 'x'])
    await shop.forges(message.id, data)
  await until(() => fake.presses.size === 0, WITHIN_MS)
  fake.assertClean()
})
