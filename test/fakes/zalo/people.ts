/** People in their Zalo: what they do reaches our webhook as signed events, what they see is asked of the fake. */
import type { Shown } from './chats.js'
import type { FakeZalo } from './server.js'

export type Expected = string | RegExp | ((message: Shown) => boolean)

export type Action =
  | { kind: 'text'; text: string }
  | { kind: 'photo'; bytes: Buffer; caption?: string }
  | { kind: 'file'; bytes: Buffer; name?: string; type?: string }
  | { kind: 'place'; latitude: number; longitude: number }
  | { kind: 'sticker' }
  | { kind: 'follow' | 'unfollow' | 'chatnow' | 'withdraw' }
  | { kind: 'info'; phone: string }
  /** In the OA's own tool, to this person */
  | { kind: 'colleague'; text: string }
  /** By somebody who has not signed in */
  | { kind: 'anonymous'; text: string; conversation: string }

/** Does it; resolves when the webhook has answered, or was given up. Answers the message's id, or the event's name. */
async function act(fake: FakeZalo, user: string, action: Action): Promise<string> {
  const { appId, oaId } = fake.settings
  const timestamp = String(Date.now())
  const toOa = { sender: { id: user }, recipient: { id: oaId }, user_id_by_app: `app${user}` }
  const push = async (event_name: string, key: string, body: object): Promise<string> => {
    if (event_name !== 'oa_send_text') fake.chat(user).heardAt = Date.now()
    const text = JSON.stringify({ app_id: appId, ...body, event_name, timestamp })
    await fake.deliveries.push(event_name, key, text, timestamp)
    return key
  }
  const message = (event: string, body: object): Promise<string> => {
    const msg_id = fake.nextId('m')
    return push(event, msg_id, { ...toOa, message: { msg_id, ...body } })
  }
  const attached = (type: string, payload: object) => ({ attachments: [{ type, payload }] })

  switch (action.kind) {
    case 'text':
      return message('user_send_text', { text: action.text })
    case 'photo': {
      const url = fake.keepMedia(action.bytes, 'photo.jpg')
      const caption = action.caption === undefined ? {} : { text: action.caption }
      return message('user_send_image', { ...caption, ...attached('image', { thumbnail: url, url }) })
    }
    case 'file': {
      const { bytes, name = 'file.pdf', type = 'pdf' } = action
      const url = fake.keepMedia(bytes, name)
      return message('user_send_file', attached('file', { url, size: String(bytes.length), name, type, checksum: '' }))
    }
    case 'place': {
      const coordinates = { latitude: String(action.latitude), longitude: String(action.longitude) }
      return message('user_send_location', { text: '', ...attached('location', { coordinates }) })
    }
    case 'sticker':
      return message('user_send_sticker', attached('sticker', { id: 's', url: 'https://zalo-api.zadn.vn/s' }))
    case 'follow':
    case 'unfollow':
      return push(action.kind, timestamp, { oa_id: oaId, follower: { id: user }, source: 'oa_profile' })
    case 'chatnow':
      return push('user_click_chatnow', timestamp, { oa_id: oaId, user_id: user })
    case 'withdraw':
      return push('user_withdraw', timestamp, toOa)
    case 'info':
      return push('user_submit_info', timestamp, { ...toOa, info: { name: 'An', phone: action.phone } })
    case 'colleague': {
      const msg_id = fake.nextId('h')
      const parties = { sender: { id: oaId, admin_id: '7219984652871' }, recipient: { id: user } }
      return push('oa_send_text', msg_id, { ...parties, message: { msg_id, text: action.text } })
    }
    case 'anonymous': {
      const msg_id = fake.nextId('a')
      const said = { msg_id, text: action.text, conversation_id: action.conversation }
      return push('anonymous_send_text', msg_id, { ...toOa, message: said })
    }
  }
}

const HEAR_MS = 5_000

export class Person {
  readonly messages: Shown[] = []
  /** How many of them were heard: `hears` goes on behind them */
  heard = 0

  constructor(
    private readonly fake: FakeZalo,
    readonly id: string,
  ) {}

  does = (action: Action): Promise<string> => act(this.fake, this.id, action)
  says = (text: string): Promise<string> => this.does({ kind: 'text', text })
  starts = (payload?: string): Promise<string> => this.says(payload === undefined ? '/start' : `/start ${payload}`)
  sendsPhoto = (bytes: Buffer, caption?: string): Promise<string> =>
    this.does({ kind: 'photo', bytes, ...(caption !== undefined && { caption }) })

  /** Presses a button by its label, or a part of it, on the newest message that has one such. */
  async presses(label: string): Promise<string> {
    await this.#look(0)
    const button = this.messages.findLast(({ buttons }) => buttons.some((one) => one.label.includes(label)))
    const data = button?.buttons.find((one) => one.label.includes(label))?.data
    if (data === undefined) throw new Error(`no button "${label}" to press`)
    return this.says(data)
  }

  /** Waits for a message that is as expected, passing over others. */
  async hears(expected: Expected, timeoutMs = HEAR_MS): Promise<Shown> {
    const end = Date.now() + timeoutMs
    for (;;) {
      while (this.heard < this.messages.length) {
        const message = this.messages[this.heard++]!
        if (fits(message, expected)) return message
      }
      const leftMs = end - Date.now()
      if (leftMs <= 0)
        throw new Error(
          `${this.id} did not hear ${String(expected)}, but: ${this.messages.map(({ text }) => text).join(' | ')}`,
        )
      await this.#look(leftMs)
    }
  }

  /** What was shown since the last message heard, without hearing it. */
  async unheard(): Promise<Shown[]> {
    await this.#look(0)
    return this.messages.slice(this.heard)
  }

  async #look(timeoutMs: number): Promise<void> {
    this.messages.push(...(await this.fake.chat(this.id).after(this.messages.length, timeoutMs)))
  }
}

const fits = (message: Shown, expected: Expected): boolean => {
  if (typeof expected === 'function') return expected(message)
  return typeof expected === 'string' ? message.text.includes(expected) : expected.test(message.text)
}

let people = 0
/** Somebody new, with an id beyond 2^53 as Zalo's are. */
export const person = (fake: FakeZalo): Person =>
  new Person(fake, String(8_217_643_208_765_432_000n + BigInt(people++)))
