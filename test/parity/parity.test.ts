/**
 * The same dialogues, played on every channel through what its platform really does over HTTP, come to the same: what was
 * said first, and what is now true. The console, where nothing stands between, is what the others are held against.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { ChannelName } from '../../bot/channels/channel.js'
import { houseOf, type TestHouse } from '../fakes/house.js'
import { FakeTelegram } from '../fakes/telegram/server.js'
import { FakeZaloBot } from '../fakes/zalo-bot/server.js'
import { FakeZalo } from '../fakes/zalo/server.js'
import { demoWorld } from '../demo-world.js'
import type { World } from '../world.js'
import { consoleHands, type ConsoleHands } from './console-hands.js'
import { SCRIPTS, type CameTo } from './scripts.js'
import { Someone, type Hands } from './someone.js'
import { demoStage } from './stage.js'
import { DIFFERENCES, parityTable, type Verdict } from './table.js'
import { telegramHands } from './telegram-hands.js'
import { webHands } from './web-hands.js'
import { zaloHands } from './zalo-hands.js'
import { zaloBotHands } from './zalo-bot-hands.js'

/** The whole dialogue on one channel, on a machine that runs other tests beside. ms */
const CHANNEL_WITHIN_MS = 180_000
/** Dialogues at the same time: more only wait for each other on two cores. */
const AT_ONCE = 4
const SECRET = 'parity-secret'

let world: World
let telegram: FakeTelegram
let zalo: FakeZalo
let zaloBot: FakeZaloBot
let house: TestHouse
let onConsole: ConsoleHands
const verdicts = new Map<ChannelName, Map<string, Verdict>>()
const cameTo = new Map<string, CameTo>()

beforeAll(async () => {
  world = await demoWorld({ connections: 12 })
  telegram = await new FakeTelegram().up()
  // Each event is delivered twice, tokens are used up, buttons may be refused: as on a bad day.
  zalo = await new FakeZalo({ copies: 2, timeScale: 0.001 }).up()
  zaloBot = await new FakeZaloBot().up()
  house = await houseOf(world, {
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.url,
    TELEGRAM_MODE: 'webhook',
    TELEGRAM_WEBHOOK_SECRET: SECRET,
    TELEGRAM_PACE_CHAT_PER_SECOND: '0',
    TELEGRAM_PACE_ALL_PER_SECOND: '0',
    ZALO_BOT_TOKEN: zaloBot.token,
    ZALO_BOT_API_ROOT: zaloBot.url,
    ...zalo.houseSettings(),
    ZALO_MEDIA_HOSTS: `${zaloBot.mediaHost},${zalo.mediaHost}`,
  })
  telegram.updates.setWebhook({ url: `${house.url}/webhooks/telegram`, secret: SECRET, connections: 40 })
  zalo.settings.webhookUrl = `${house.url}/webhooks/zalo`
  onConsole = await consoleHands(house.foundation)
}, CHANNEL_WITHIN_MS)
afterAll(async () => {
  await onConsole.stop()
  await house.stop()
  await telegram.stop()
  await zalo.stop()
  await zaloBot.stop()
  await world.close()
})

let people = 9_000
const HANDS: [ChannelName, () => Hands | Promise<Hands>][] = [
  ['console', () => onConsole.someone(`parity-${(people += 1)}`)],
  ['telegram', () => telegramHands(telegram, (people += 1))],
  ['zalo', () => zaloHands(zalo)],
  ['web', () => webHands(house.url, (session) => session.split('.')[0]!)],
  ['zalo_bot', () => zaloBotHands(zaloBot, `9007199254740993${(people += 1)}`)],
]

test.each(HANDS)(
  'every dialogue on %s comes to the same',
  async (channel, hands) => {
    const row = new Map<string, Verdict>()
    verdicts.set(channel, row)
    const another = async () => new Someone(await hands(), world.db)
    const stage = demoStage(house.foundation, house.codeHost, another)
    const left = Object.entries(SCRIPTS)
    /** Each by somebody of their own. */
    const playOn = async () => {
      for (let next = left.shift(); next; next = left.shift()) {
        const [dialogue, play] = next
        try {
          const came = await play(await another(), stage)
          if (channel === 'console') cameTo.set(dialogue, came)
          row.set(dialogue, verdictOf(channel, dialogue, came))
        } catch (error) {
          row.set(dialogue, { failed: error instanceof Error ? error.message : String(error) })
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, playOn))
    expect([...row].filter(([, verdict]) => verdict !== 'same' && 'failed' in verdict)).toEqual([])
  },
  CHANNEL_WITHIN_MS,
)

test('the table, with every difference named', () => {
  console.log(parityTable(Object.keys(SCRIPTS), verdicts))
  const differs = (channel: ChannelName) =>
    Object.keys(SCRIPTS).filter((dialogue) => verdicts.get(channel)!.get(dialogue) !== 'same')
  for (const channel of verdicts.keys())
    expect(differs(channel)).toEqual(Object.keys(SCRIPTS).filter((one) => DIFFERENCES[channel]?.[one] !== undefined))
})

function verdictOf(channel: ChannelName, dialogue: string, came: CameTo): Verdict {
  const wanted = cameTo.get(dialogue)
  if (!wanted) return { failed: 'the console did not come to anything' }
  if (JSON.stringify(came) === JSON.stringify(wanted)) return 'same'
  const differs = DIFFERENCES[channel]?.[dialogue]
  if (differs) return { differs }
  return { failed: `${JSON.stringify(came)} where the console came to ${JSON.stringify(wanted)}` }
}
