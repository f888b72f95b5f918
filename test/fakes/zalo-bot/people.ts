/** People who talk to the bot: `await person.says('x')`, `await person.hears(/y/)`. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FakeZaloBot, Shown } from './server.js'

const HEAR_MS = 5_000

export class Person {
  #heard = 0

  constructor(
    private readonly fake: FakeZaloBot,
    /** Of the person and of their chat with the bot */
    readonly id: string,
    readonly name: string,
  ) {}

  /** Answers the message's id. */
  says = (text: string): string => this.#sends('message.text.received', { text })
  sticks = (): string => this.#sends('message.sticker.received', { sticker: 'abc', url: 'https://sticker.example/abc' })
  speaks = (): string => this.#sends('message.voice.received', { voice_url: 'https://voice.example/a.aac' })
  sends = (): string => this.#sends('message.unsupported.received', {})

  /** `as`: which of its two names the field has */
  sendsPhoto(bytes: Buffer, more: { caption?: string; as?: 'photo' | 'photo_url' } = {}): string {
    const { caption, as = 'photo' } = more
    return this.#sends('message.image.received', { [as]: this.fake.keepPicture(bytes), ...(caption && { caption }) })
  }

  /** The next message that fits, after the last one heard. */
  async hears(expected: string | RegExp = '', withinMs = HEAR_MS): Promise<Shown> {
    const end = Date.now() + withinMs
    for (let at = this.#heard; ;) {
      const message = this.fake.shown(this.id)[at]
      if (message && (typeof expected === 'string' ? message.text.includes(expected) : expected.test(message.text))) {
        this.#heard = at + 1
        return message
      }
      if (message) at++
      else if (Date.now() < end) await sleep(5)
      else throw new Error(`${this.name} did not hear ${expected}, but: ${JSON.stringify(this.fake.shown(this.id))}`)
    }
  }

  #sends(event_name: string, content: object): string {
    const message_id = this.fake.nextId()
    const message = {
      from: { id: this.id, display_name: this.name, is_bot: false },
      chat: { id: this.id, chat_type: 'PRIVATE' },
      message_id,
      date: Date.now(),
      ...content,
    }
    this.fake.events.push(JSON.stringify({ event_name, message }))
    return message_id
  }
}

export const person = (fake: FakeZaloBot, id: string, name = 'An'): Person => new Person(fake, id, name)
