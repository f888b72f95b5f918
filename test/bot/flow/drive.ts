/**
 * Plays a talk with a flow. The state goes through JSON between turns, so every talk is also a restart; every text said must
 * be one that `textsOf` names, in every language.
 */
import type { Reply } from '../../../bot/channels/channel.js'
import type { Answers, Offered, Said } from '../../../bot/flow/field.js'
import type { AnyFlow } from '../../../bot/flow/flow.js'
import type { Lookup, Lookups } from '../../../bot/flow/lookups.js'
import type { State } from '../../../bot/flow/state.js'
import { textsOf } from '../../../bot/flow/texts.js'
import { knowing, refuse, revive, start, turn, type Turned } from '../../../bot/flow/turn.js'
import { LANGUAGES, say, hasText, type Language, type Param, type Text } from '../../../locales/say.js'

/** What the world answers to look-ups. */
export type Knows = { [K in keyof Lookups]?: (query: Lookups[K]['query']) => Lookups[K]['found'] }

export interface DriveOptions {
  knows?: Knows
  now?: string
  language?: Language
  hotline?: string | null
}

const DAY_AND_TIME = '2026-11-20T03:00:00.000Z' // ten in the morning in Hà Nội, a Friday

export class Drive {
  state: State | null = null
  last: Turned = { state: null, replies: [] }
  now: string
  /** Keys of all texts said so far */
  readonly told = new Set<string>()
  readonly lookups: Lookup[] = []
  /** The answers that the last look-up was told of */
  earlier: Answers = {}
  #known: Set<string>

  constructor(
    public flow: AnyFlow,
    private readonly options: DriveOptions = {},
  ) {
    this.now = options.now ?? DAY_AND_TIME
    this.#known = new Set(textsOf(flow))
  }

  async start(given: Partial<Pick<State, 'answers' | 'kept'>> & { turn?: number } = {}): Promise<this> {
    return this.#play((knowledge) => start(this.flow, { turn: 0, ...this.#around(), ...given }, knowledge))
  }

  hear(said: Said): Promise<this> {
    const state = revive(copy(this.state))
    if (!state) throw new Error(`no talk is open to hear ${JSON.stringify(said)}`)
    return this.#play((knowledge) => turn(this.flow, state, { said, ...this.#around() }, knowledge))
  }

  type = (text: string): Promise<this> => this.hear({ kind: 'text', text })
  choose = (value: string): Promise<this> => this.hear({ kind: 'choice', value })
  photo = (fileId: number, codes: string[] = [], caption?: string): Promise<this> =>
    this.hear({ kind: 'photo', fileId, codes: codes.map((text) => ({ format: 'qr_code', text })), caption })
  place = (latitude = 21.03, longitude = 105.83): Promise<this> => this.hear({ kind: 'place', latitude, longitude })
  press = (data: string): Promise<this> => this.hear({ kind: 'press', data })
  /** Presses the shown button of this value. */
  pressOn = (value: string): Promise<this> => this.press(this.buttonOf(value))

  buttonOf(value: string): string {
    const button = this.reply.choices?.find((choice) => choice.value === value)?.data
    if (button === undefined) throw new Error(`${value} is not offered: ${this.values.join(' ')}`)
    return button
  }

  refuse(refused: Text, backTo?: string): Promise<this> {
    const state = revive(copy(this.last.state))!
    return this.#play((knowledge) => refuse(this.flow, state, { refused, backTo }, this.#around(), knowledge))
  }

  /** The same talk, taken up by another version of its flow. */
  deploy(flow: AnyFlow): this {
    this.flow = flow
    this.#known = new Set([...this.#known, ...textsOf(flow)])
    return this
  }

  wait(hours: number): this {
    this.now = new Date(Date.parse(this.now) + hours * 3_600_000).toISOString()
    return this
  }

  get reply(): Reply {
    const reply = this.last.replies[0]
    if (!reply) throw new Error('nothing was said')
    return reply
  }
  get question(): string | undefined {
    return this.last.replies[0]?.question
  }
  get values(): string[] {
    return (this.reply.choices ?? []).map(({ value }) => value)
  }
  get offered(): Offered[] {
    return this.state?.offered ?? []
  }
  get done(): Answers | undefined {
    return this.last.done
  }
  /** Keys of the texts of the last reply, in order. */
  get keys(): string[] {
    return this.reply.text.map((one) => ('key' in one ? one.key : 'words'))
  }
  text(language: Language = 'vi'): string {
    return this.reply.text.map((one) => say(language, one)).join('\n')
  }
  labels(language: Language = 'vi'): string[] {
    return (this.reply.choices ?? []).map(({ label }) => say(language, label))
  }

  async #play(play: (knowledge: Record<string, unknown>) => Turned): Promise<this> {
    const before = this.state?.turn ?? -1
    this.last = await knowing(play, async (lookup, earlier) => {
      this.lookups.push(lookup)
      this.earlier = earlier
      const run = this.options.knows?.[lookup.kind] as ((query: unknown) => unknown) | undefined
      if (!run) throw new Error(`nobody knows ${lookup.kind}`)
      return copy(run(lookup.query))
    })
    this.state = this.last.done ? null : this.last.state
    if (this.state && this.state.turn < before) throw new Error('the turn went back')
    for (const reply of this.last.replies) this.#check(reply)
    return this
  }

  #check(reply: Reply): void {
    const said = [...reply.text, ...(reply.choices ?? []).map(({ label }) => label)]
    for (const key of said.flatMap(keysOf)) {
      this.told.add(key)
      if (!this.#known.has(key) && !key.startsWith('test.')) throw new Error(`textsOf does not name ${key}`)
      for (const language of LANGUAGES)
        if (!hasText(language, key)) throw new Error(`${key} has no text in ${language}`)
    }
    const first = reply.choices?.[0]
    if (first?.role === 'back' || first?.role === 'cancel') throw new Error(`${first.role} stands first`)
    if (JSON.stringify(copy(reply)) !== JSON.stringify(reply)) throw new Error('a reply is not JSON')
  }

  #around() {
    const { language = 'vi', hotline } = this.options
    return { now: this.now, language, hotline }
  }
}

const copy = (what: unknown): unknown => JSON.parse(JSON.stringify(what))

/** The keys of a text and of the texts within it. */
export function keysOf(one: Text): string[] {
  if ('words' in one) return []
  return [one.key, ...Object.values(one.with ?? {}).flatMap(keysOfParam)]
}

function keysOfParam(param: Param): string[] {
  if (typeof param !== 'object') return []
  if ('list' in param) return param.list.flatMap(keysOfParam)
  return 'key' in param || 'words' in param ? keysOf(param) : []
}
