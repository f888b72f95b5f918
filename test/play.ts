/**
 * Scripts a talk against a database of its own: each thing said is one transaction through the dialogue, the talk's state goes
 * through JSON in between, and what is said back comes out as a channel of these capabilities shows it.
 */
import { createHash } from 'node:crypto'
import type { Capabilities, ChannelName, Heard, Part, Reply } from '../bot/channels/channel.js'
import { PROGRAM, TERMINAL } from '../bot/channels/console/limits.js'
import { CAPABILITIES as TELEGRAM } from '../bot/channels/telegram/limits.js'
import { fit } from '../bot/channels/fit.js'
import { makeDialogue } from '../bot/dialogue.js'
import type { HouseFacts, Prepared, Unusable } from '../bot/here.js'
import type { Unread } from '../qr/read.js'
import { LANGUAGES, say, type Language } from '../locales/say.js'
import { DEMO_CODES } from '../prisma/seed/demo.js'
import { NOW } from './domain/actors.js'
import type { World } from './world.js'

export { DEMO_CODES }

/** What can be shown, by the names that tests print. */
export const SHOWN_ON: Readonly<Record<'program' | 'terminal' | 'telegram', Capabilities>> = {
  program: PROGRAM,
  terminal: TERMINAL,
  telegram: TELEGRAM,
}

export const OWN = { hosts: ['ronguon.test'], bots: ['RoNguonBot'] }
const UNLIMITED = { count: 1_000_000, seconds: 1, burst: 1_000_000 }
export const FACTS: HouseFacts = {
  own: OWN,
  codeRoot: 'https://ronguon.test',
  scannerOf: (channel, address) => createHash('sha256').update(`${channel}:${address}`).digest(),
  limits: { lookUps: UNLIMITED, misses: UNLIMITED },
  hotline: '1900 0000',
  muteMs: 3_600_000,
}

export interface TalkOptions {
  /** The person's address on the console: a demo persona, or anybody new */
  as: string
  language?: Language
  on?: Capabilities
  channel?: ChannelName
  facts?: Partial<HouseFacts>
  /** The house's clock */
  now?: Date
}

let photos = 0

/** The address that a label's symbol holds. */
export const link = (code: string): string => `https://${OWN.hosts[0]}/c/${code}`

let strangers = 0
/** A talk with somebody never seen before. */
export const stranger = (world: World, options: Partial<TalkOptions> = {}): Promise<Talk> =>
  Talk.with(world, { as: `passer-by-${(strangers += 1)}`, ...options })

export class Talk {
  parts: Part[] = []
  replies: Reply[] = []
  state: unknown = null
  /** Things said so far */
  turns = 0
  now: Date
  #prepared: Prepared | null = null

  constructor(
    private readonly world: World,
    readonly chatId: number,
    readonly options: TalkOptions,
    private seq: number,
  ) {
    this.now = options.now ?? NOW
  }

  static async with(world: World, options: TalkOptions): Promise<Talk> {
    const { as: address, channel = 'console', language = 'vi' } = options
    const chat = await world.db.prisma.chat.upsert({
      where: { channel_address: { channel, address } },
      create: { channel, address, language },
      update: { language },
    })
    return new Talk(world, chat.id, options, Number(chat.lastSeq))
  }

  async hear(heard: Heard): Promise<this> {
    const { channel = 'console', as: address, on = PROGRAM, facts } = this.options
    const dialogue = makeDialogue({ ...FACTS, ...facts })
    const row = await this.world.db.prisma.chat.findUniqueOrThrow({ where: { id: this.chatId } })
    const { id, personId, mutedUntil } = row
    const muted = mutedUntil !== null && mutedUntil > new Date()
    const ahead = (tat: Date | null) => (tat === null ? 0 : (tat.getTime() - Date.now()) / 1_000)
    const pace = { lookUpsAhead: ahead(row.lookupTat), missesAhead: ahead(row.missTat) }
    const chat = { id, channel: row.channel, address, personId, language: row.language as Language, muted, ...pace }
    this.seq += 1
    this.turns += 1
    const inbound = { channel, address, key: `k${this.seq}`, at: this.now.toISOString(), heard }
    const { state, replies } = await this.world.db.transaction(async (tx) =>
      dialogue.answer(tx, { chat, inbound, seq: this.seq, prepared: this.#prepared, state: this.state, now: this.now }),
    )
    this.#prepared = null
    this.state = copy(state)
    this.replies = copy(replies.map(({ reply }) => reply))
    const { language } = await this.world.db.prisma.chat.findUniqueOrThrow({
      where: { id },
      select: { language: true },
    })
    this.parts = this.replies.flatMap((reply) => fit(reply, on, language as Language))
    this.#sayable()
    return this
  }

  /** Every text has its words in both languages, and no place is left open in one. */
  #sayable(): void {
    for (const reply of this.replies)
      for (const language of LANGUAGES)
        for (const told of [...reply.text, ...(reply.choices ?? []).map(({ label }) => label)]) {
          const said = say(language, told)
          if ('key' in told && said === told.key) throw new Error(`no text ${told.key} in ${language}`)
        }
  }

  type = (text: string): Promise<this> => this.hear({ kind: 'text', text })
  start = (payload?: string): Promise<this> => this.hear({ kind: 'start', payload })
  choose = (value: string): Promise<this> => this.hear({ kind: 'choice', value })
  press = (data: string): Promise<this> => this.hear({ kind: 'press', data, pressId: `p${this.seq}` })
  pressOn = (value: string): Promise<this> => this.press(this.data(value))

  /** A photo with these codes in it. While a talk is open its file is kept. */
  photo(
    codes: string[] = [],
    {
      format = 'QRCode',
      caption,
      album,
      unusable = null,
      unread,
    }: { format?: string; caption?: string; album?: string; unusable?: Unusable | null; unread?: Unread } = {},
  ): Promise<this> {
    const sha256 = createHash('sha256')
      .update(`photo ${(photos += 1)}`)
      .digest('hex')
    const file =
      this.state === null || unusable !== null
        ? null
        : { key: `${sha256}.jpg`, sha256, bytes: 1000, mime: 'image/jpeg', width: 10, height: 10 }
    this.#prepared = { codes: codes.map((text) => ({ format, text })), file, unusable, unread }
    return this.hear({ kind: 'photo', file: { id: sha256 }, caption, album })
  }

  /** What was said, without what is drawn by chance: the data of buttons that outlive their turn. */
  get said(): Reply[] {
    return this.replies.map(({ choices, ...reply }) => ({
      ...reply,
      ...(choices && { choices: choices.map(({ data: _, ...choice }) => choice) }),
    }))
  }
  get text(): string {
    return this.parts.map(({ text }) => text).join('\n')
  }
  get firstLine(): string {
    return this.text.split('\n')[0] ?? ''
  }
  get question(): string | undefined {
    return this.parts.findLast(({ question }) => question !== undefined)?.question
  }
  /** Keys of the texts said; a person's own words are left out. */
  get keys(): string[] {
    return this.replies.flatMap(({ text }) => text.flatMap((one) => ('key' in one ? [one.key as string] : [])))
  }
  get values(): string[] {
    return this.replies.flatMap(({ choices = [] }) => choices.map(({ value }) => value))
  }
  data(value: string): string {
    const found = this.replies.flatMap(({ choices = [] }) => choices).find((choice) => choice.value === value)?.data
    if (found === undefined) throw new Error(`${value} is not offered: ${this.values.join(' ')}`)
    return found
  }
  /** Of the label that was sent. */
  get labelled(): string {
    const key = this.replies
      .flatMap(({ files = [] }) => files)
      .map((file) => file.key)
      .find((one) => one.startsWith('label:'))
    return /^label:([0-9A-Z]+)\.png$/.exec(key ?? '')?.[1] ?? ''
  }
}

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
