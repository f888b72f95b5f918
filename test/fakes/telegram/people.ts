/**
 * People who talk to the bot: `await person.says('x')`, `await person.hears(/y/)`. The same over a fake in this process and over
 * one in a process of its own (remote.ts).
 */
import { act, type Action, type Profile } from './actions.js'
import type { Button, Shown } from './chats.js'
import type { FakeTelegram } from './server.js'

/** Where a person's deeds go and what they see comes from. */
export interface Platform {
  act(person: Profile, action: Action): Promise<number>
  /** What was shown in a chat after its nth message; waits up to `timeoutMs` while there is nothing. */
  after(chat: number, nth: number, timeoutMs: number): Promise<Shown[]>
}

export const platform = (fake: FakeTelegram): Platform => ({
  act: async (person, action) => act(fake, person, action),
  after: (chat, nth, timeoutMs) => fake.chat(chat).after(nth, timeoutMs),
})

/** A text that is in it, a pattern, or anything that can be asked of a message. */
export type Expected = string | RegExp | ((message: Shown) => boolean)

const HEAR_MS = 5_000
let albums = 12_000_000_000

export class Person {
  /** All that the bot showed, in order, as far as it was looked at */
  readonly messages: Shown[] = []
  /** How many of them were heard: `hears` goes on behind them */
  heard = 0

  constructor(
    private readonly platform: Platform,
    readonly profile: Profile,
  ) {}

  get id(): number {
    return this.profile.id
  }

  /** Everything below answers the id of its update. */
  says = (text: string): Promise<number> => this.#do({ kind: 'text', text })
  starts = (payload?: string): Promise<number> => this.says(payload === undefined ? '/start' : `/start ${payload}`)
  sendsPhoto = (bytes: Buffer, more: { caption?: string; album?: string } = {}): Promise<number> =>
    this.#do({ kind: 'photo', bytes, ...more })
  sendsFile = (
    bytes: Buffer,
    more: { name?: string; mime?: string; caption?: string; album?: string; size?: number } = {},
  ): Promise<number> => this.#do({ kind: 'file', bytes, ...more })
  sharesPlace = (latitude: number, longitude: number, accuracy?: number): Promise<number> =>
    this.#do({ kind: 'place', latitude, longitude, accuracy })
  sharesContact = (phone: string, { own = true } = {}): Promise<number> => this.#do({ kind: 'contact', phone, own })
  sends = (what: 'sticker' | 'voice' | 'dice' | 'video'): Promise<number> => this.#do({ kind: 'thing', what })
  edits = (messageId: number, text: string): Promise<number> => this.#do({ kind: 'edit', messageId, text })
  blocks = (): Promise<number> => this.#do({ kind: 'block' })
  unblocks = (): Promise<number> => this.#do({ kind: 'unblock' })

  /** Several photos as one album: an update for each, in order. */
  async sendsAlbum(photos: Buffer[], caption?: string): Promise<number[]> {
    const album = String(++albums)
    const ids: number[] = []
    for (const [i, bytes] of photos.entries())
      ids.push(await this.sendsPhoto(bytes, { album, ...(i === 0 && { caption }) }))
    return ids
  }

  /**
   * Presses a button: by its label (or a part of it) on the newest message that has one such, or by its place on the newest message
   * with buttons. A key of the reply keyboard says its label, as the app does.
   */
  async presses(which: string | number): Promise<number> {
    await this.#look(0)
    const pressed = this.button(which)
    if (pressed) return this.#do({ kind: 'press', messageId: pressed.message.id, data: pressed.button.data ?? '' })
    const key = this.messages
      .findLast(({ keyboard }) => keyboard)
      ?.keyboard?.flat()
      .find(({ label }) => typeof which === 'string' && label.includes(which))
    if (key) return this.says(key.label)
    throw new Error(`${this.profile.firstName} sees no button ${which}; there are: ${this.#labels()}`)
  }

  /** Presses with data of one's own making, as a forger would. */
  forges = (messageId: number, data: string): Promise<number> => this.#do({ kind: 'press', messageId, data })

  /** The button that `presses` would press; undefined when there is none. */
  button(which: string | number): { message: Shown; button: Button } | undefined {
    for (const message of [...this.messages].reverse()) {
      const pressable = message.buttons.flat().filter(({ data }) => data !== undefined)
      if (pressable.length === 0) continue
      const button =
        typeof which === 'number'
          ? pressable[which]
          : (pressable.find(({ label }) => label === which) ?? pressable.find(({ label }) => label.includes(which)))
      if (button) return { message, button }
      if (typeof which === 'number') return undefined
    }
    return undefined
  }

  /**
   * The next message that fits, after the last one heard; those passed over count as heard.
   * @throws Error with what was said instead, after `timeoutMs`
   */
  async hears(expected: Expected = () => true, timeoutMs = HEAR_MS): Promise<Shown> {
    const fits = predicate(expected)
    const until = Date.now() + timeoutMs
    for (let at = this.heard; ; at++) {
      while (at >= this.messages.length) {
        const leftMs = until - Date.now()
        if (leftMs <= 0) throw new Error(this.#missed(expected, timeoutMs))
        await this.#look(leftMs)
      }
      const message = this.messages[at]!
      if (!fits(message)) continue
      this.heard = at + 1
      return message
    }
  }

  /** What was shown since the last message heard, without hearing it. */
  async unheard(): Promise<Shown[]> {
    await this.#look(0)
    return this.messages.slice(this.heard)
  }

  #do(action: Action): Promise<number> {
    return this.platform.act(this.profile, action)
  }

  async #look(timeoutMs: number): Promise<void> {
    const from = this.messages.length
    const shown = await this.platform.after(this.id, from, timeoutMs)
    // Another look may have brought the same meanwhile.
    for (const message of shown) if (message.nth > this.messages.length) this.messages.push(message)
  }

  #labels(): string {
    return (
      this.messages
        .flatMap(({ buttons }) => buttons.flat())
        .map(({ label }) => JSON.stringify(label))
        .join(', ') || 'none'
    )
  }

  #missed(expected: Expected, timeoutMs: number): string {
    const said = this.messages
      .slice(this.heard)
      .map(({ text, files }) => `  ${JSON.stringify(text)}${files.map(({ name }) => ` [${name}]`).join('')}`)
    const wanted = typeof expected === 'function' ? 'what was expected' : String(expected)
    return `${this.profile.firstName} did not hear ${wanted} within ${timeoutMs} ms, but:\n${said.join('\n') || '  nothing'}`
  }
}

function predicate(expected: Expected): (message: Shown) => boolean {
  if (typeof expected === 'function') return expected
  if (typeof expected === 'string') return ({ text }) => text.includes(expected)
  return ({ text }) => expected.test(text)
}

/** A person who opens the bot. */
export const person = (on: FakeTelegram | Platform, id: number, profile: Partial<Omit<Profile, 'id'>> = {}): Person => {
  const there = 'act' in on ? on : platform(on)
  if (!('act' in on)) on.chat(id)
  return new Person(there, { id, firstName: `An${id}`, language: 'vi', ...profile })
}
