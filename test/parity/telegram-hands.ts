/** A person in the Telegram app, over a fake Bot API. */
import { person } from '../fakes/telegram/people.js'
import type { FakeTelegram } from '../fakes/telegram/server.js'
import type { Hands, Seen } from './someone.js'

export function telegramHands(fake: FakeTelegram, id: number): Hands {
  const an = person(fake, id)
  return {
    channel: 'telegram',
    address: String(id),
    starts: (payload) => an.starts(payload),
    says: (text) => an.says(text),
    sends: (photo) => an.sendsPhoto(photo),
    shares: (latitude, longitude) => an.sharesPlace(latitude, longitude),
    async presses(label) {
      await an.unheard()
      // A key of the keyboard below says what is on it, as typing does; what stands above it is old.
      const newest = an.messages.findLast(({ buttons, keyboard }) => buttons.length > 0 || keyboard)
      if (!newest?.buttons.flat().some((button) => button.label.includes(label))) return false
      await an.presses(label)
      return true
    },
    screen: (): Seen[] =>
      fake.chat(id).shown.map(({ text, files }) => ({ text, files: files.map(({ name }) => name) })),
  }
}
