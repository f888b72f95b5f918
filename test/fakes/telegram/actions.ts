/** What a person does in their Telegram, as the updates that the bot gets of it. */
import type { FakeTelegram } from './server.js'

export interface Profile {
  id: number
  firstName: string
  /** As their app is set; not the language they chose of the bot */
  language?: string
}

export type Action =
  | { kind: 'text'; text: string }
  | { kind: 'photo'; bytes: Buffer; caption?: string; album?: string }
  /** `size`: as declared, when it is not that of `bytes` */
  | { kind: 'file'; bytes: Buffer; name?: string; mime?: string; caption?: string; album?: string; size?: number }
  | { kind: 'press'; messageId: number; data: string }
  | { kind: 'place'; latitude: number; longitude: number; accuracy?: number }
  | { kind: 'contact'; phone: string; own: boolean }
  /** Anything that a bot of words and pictures cannot use */
  | { kind: 'thing'; what: 'sticker' | 'voice' | 'dice' | 'video' }
  | { kind: 'edit'; messageId: number; text: string }
  | { kind: 'block' }
  | { kind: 'unblock' }

/** What a person's phone shows first of a picture; no bot can read a code from it. */
const THUMBNAIL = Buffer.from('a thumbnail, not to be read')

/** Does it. Answers the update's id. */
export function act(fake: FakeTelegram, person: Profile, action: Action): number {
  const chat = fake.chat(person.id)
  const from = {
    id: person.id,
    is_bot: false,
    first_name: person.firstName,
    ...(person.language && { language_code: person.language }),
  }
  const inChat = { id: person.id, type: 'private', first_name: person.firstName }
  const date = Math.floor(Date.now() / 1000)
  const said = (body: object): number =>
    fake.push(person.id, { message: { message_id: ++chat.lastMessageId, date, chat: inChat, from, ...body } })

  switch (action.kind) {
    case 'text': {
      const command = /^\/\w+(@\w+)?/.exec(action.text)?.[0]
      return said({
        text: action.text,
        ...(command && { entities: [{ type: 'bot_command', offset: 0, length: command.length }] }),
      })
    }
    case 'photo': {
      const small = fake.keepFile(THUMBNAIL, 's.jpg')
      const full = fake.keepFile(action.bytes, 'photo.jpg')
      const size = (file: typeof small, width: number, height: number) => ({
        ...{ file_id: file.id, file_unique_id: file.uniqueId, file_size: file.size, width, height },
      })
      return said({ photo: [size(small, 90, 68), size(full, 1280, 960)], ...caption(action) })
    }
    case 'file': {
      const kept = fake.keepFile(action.bytes, action.name ?? '', action.size)
      const document = {
        ...{ file_id: kept.id, file_unique_id: kept.uniqueId, file_size: kept.size },
        ...(action.name && { file_name: action.name }),
        ...(action.mime && { mime_type: action.mime }),
      }
      return said({ document, ...caption(action) })
    }
    case 'press': {
      const shown = chat.shown.find(({ id }) => id === action.messageId)
      const id = String(++fake.lastPress)
      fake.presses.add(id)
      // A message of more than two days ago is inaccessible: date 0, nothing else.
      const message = shown
        ? { message_id: shown.id, date: Math.floor(shown.at / 1000), chat: inChat, from: fake.bot, text: shown.text }
        : { message_id: action.messageId, date: 0, chat: inChat }
      return fake.push(person.id, {
        callback_query: { id, from, message, chat_instance: `-${person.id}0`, data: action.data },
      })
    }
    case 'place': {
      const { latitude, longitude, accuracy } = action
      return said({
        location: { latitude, longitude, ...(accuracy !== undefined && { horizontal_accuracy: accuracy }) },
      })
    }
    case 'contact':
      return said({
        contact: {
          phone_number: action.phone,
          first_name: person.firstName,
          ...(action.own && { user_id: person.id }),
        },
      })
    case 'thing':
      return said(THINGS[action.what])
    case 'edit':
      return fake.push(person.id, {
        edited_message: { message_id: action.messageId, date, edit_date: date, chat: inChat, from, text: action.text },
      })
    case 'block':
    case 'unblock': {
      const blocks = action.kind === 'block'
      chat.blocked = blocks
      const user = fake.bot
      const [member, kicked] = [
        { status: 'member', user },
        { status: 'kicked', user, until_date: 0 },
      ]
      const change = blocks ? [member, kicked] : [kicked, member]
      return fake.push(person.id, {
        my_chat_member: { chat: inChat, from, date, old_chat_member: change[0], new_chat_member: change[1] },
      })
    }
  }
}

const caption = ({ caption, album }: { caption?: string; album?: string }): object => ({
  ...(caption && { caption }),
  ...(album && { media_group_id: album }),
})

const media = { file_id: 'CAACAgUAAxkBAAI', file_unique_id: 'AgAD', duration: 3 }
const THINGS = {
  sticker: {
    sticker: {
      file_id: media.file_id,
      file_unique_id: 'AgAD',
      type: 'regular',
      width: 512,
      height: 512,
      is_animated: false,
      is_video: false,
    },
  },
  voice: { voice: media },
  dice: { dice: { emoji: '🎲', value: 4 } },
  video: { video: { ...media, width: 640, height: 480 } },
}
