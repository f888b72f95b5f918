/** The platforms over which a house is shown from outside: fakes over real HTTP, each with its settings, webhook and people. */
import { createHash } from 'node:crypto'
import type { Channel } from '../../prisma/generated/enums.js'
import { person as telegramPerson } from '../fakes/telegram/people.js'
import { FakeTelegram } from '../fakes/telegram/server.js'
import { person as zaloPerson } from '../fakes/zalo/people.js'
import { FakeZalo } from '../fakes/zalo/server.js'

/** What people do and see, the same on every platform. */
export interface Somebody {
  starts(payload?: string): Promise<unknown>
  says(text: string): Promise<unknown>
  /** By its button where there is one, else by typing what it is called. */
  chooses(label: string): Promise<unknown>
  shows(photo: Buffer): Promise<unknown>
  hears(expected: RegExp, timeoutMs: number): Promise<{ text: string; at: number }>
  unheard(): Promise<{ text: string }[]>
}

/** A message as it stands on a person's screen. */
export interface Seen {
  text: string
  /** Their names, as far as the platform shows any */
  files: string[]
  /** Digests of pictures that have no name */
  pictures?: string[]
  buttons: string[]
}

export interface Platform {
  channel: Channel
  /** By which the house finds it */
  env: NodeJS.ProcessEnv
  /** The house listens there now, without a trailing slash. */
  houseAt(url: string): void
  /** Called for every message that somebody is shown, until it is set anew */
  heardBy: () => void
  newSomebody(): { address: string; someone: Somebody }
  screen(address: string): Seen[]
  /** The names under which the two files of a lot's label are shown */
  labelOf(code: string): string[]
  /** What the house did against the platform's rules */
  violations(): string[]
  stop(): Promise<void>
}

type Pressing = Omit<Somebody, 'chooses' | 'shows'> & {
  presses(label: string): Promise<unknown>
  sendsPhoto(photo: Buffer): Promise<unknown>
}

const somebody = (an: Pressing): Somebody => ({
  starts: (payload) => an.starts(payload),
  says: (text) => an.says(text),
  chooses: (label) => an.presses(label).catch(() => an.says(label)),
  shows: (photo) => an.sendsPhoto(photo),
  hears: (expected, timeoutMs) => an.hears(expected, timeoutMs),
  unheard: () => an.unheard(),
})

const SECRET = 'soak'
const CONNECTIONS = 40
const FIRST_CHAT = 5_000_000

/** @param timeScale of the pauses between tries to deliver an update */
export async function telegramPlatform({ timeScale }: { timeScale: number }): Promise<Platform> {
  const fake = await new FakeTelegram({ keepCalls: false, timeScale }).up()
  let chats = FIRST_CHAT
  const platform: Platform = {
    channel: 'telegram',
    env: {
      TELEGRAM_BOT_TOKEN: fake.token,
      TELEGRAM_API_ROOT: fake.url,
      TELEGRAM_MODE: 'webhook',
      TELEGRAM_WEBHOOK_SECRET: SECRET,
      TELEGRAM_PACE_CHAT_PER_SECOND: '0',
      TELEGRAM_PACE_ALL_PER_SECOND: '0',
    },
    houseAt: (url) =>
      fake.updates.setWebhook({ url: `${url}/webhooks/telegram`, secret: SECRET, connections: CONNECTIONS }),
    heardBy: () => undefined,
    newSomebody() {
      const chat = chats++
      return { address: String(chat), someone: somebody(telegramPerson(fake, chat)) }
    },
    screen: (address) =>
      fake.chat(Number(address)).shown.map(({ text, files, buttons }) => ({
        text,
        files: files.map(({ name }) => name),
        buttons: buttons.flat().map(({ label }) => label),
      })),
    labelOf: (code) => [`tem-${code}.png`, `tem-${code}.pdf`],
    violations: () => fake.wrong,
    stop: () => fake.stop(),
  }
  fake.heardBy = () => platform.heardBy()
  return platform
}

export interface ZaloPlatform extends Platform {
  fake: FakeZalo
  /** From now on every call is answered with one of these statuses, and nothing is done; until the returned function is called. */
  breakDown(statuses: number[]): () => void
  /** Calls that were answered so */
  refused(): number
}

/**
 * @param timeScale of the pauses between tries to deliver an event: 30 s, 5 min, 15 min ...
 * @param random what breaks how
 */
export async function zaloPlatform({
  timeScale,
  random = Math.random,
}: {
  timeScale: number
  random?: () => number
}): Promise<ZaloPlatform> {
  const fake = await new FakeZalo({ keepCalls: false, timeScale, random }).up()
  const platform: ZaloPlatform = {
    fake,
    breakDown(statuses) {
      // The last of them always strikes; each before it as often as those behind it.
      const mends = statuses.map((status, n) =>
        fake.faults.add({ chance: 1 / (statuses.length - n), do: { kind: 'status', status } }),
      )
      return () => mends.forEach((mend) => mend())
    },
    refused: () => fake.faults.struck,
    channel: 'zalo',
    env: fake.houseSettings(),
    houseAt: (url) => void (fake.settings.webhookUrl = `${url}/webhooks/zalo`),
    heardBy: () => undefined,
    newSomebody() {
      const an = zaloPerson(fake)
      return { address: an.id, someone: somebody(an) }
    },
    screen: (address) =>
      fake.chat(address).shown.map(({ text, picture, document, buttons }) => ({
        text,
        files: [...(picture ? [PICTURE] : []), ...(document ? [document.name] : [])],
        ...(picture && { pictures: [createHash('sha256').update(picture).digest('hex')] }),
        buttons: buttons.map(({ label }) => label),
      })),
    labelOf: (code) => [PICTURE, `tem-${code}.pdf`],
    // What Zalo would refuse the fake refuses; then a message is missing or dead.
    violations: () => [],
    stop: () => fake.stop(),
  }
  fake.heardBy = () => platform.heardBy()
  return platform
}

/** Zalo shows no name of a picture. */
const PICTURE = 'picture'
