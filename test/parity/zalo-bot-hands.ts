/** A person in Zalo who talks to a bot of the Zalo Bot Platform, over a fake of it: text and photos, nothing to press. */
import { person } from '../fakes/zalo-bot/people.js'
import type { FakeZaloBot } from '../fakes/zalo-bot/server.js'
import type { Hands, Seen } from './someone.js'

export function zaloBotHands(fake: FakeZaloBot, id: string): Hands {
  const an = person(fake, id)
  return {
    channel: 'zalo_bot',
    address: id,
    starts: async (payload) => an.says(['/start', payload].filter(Boolean).join(' ')),
    says: async (text) => an.says(text),
    sends: async (photo) => an.sendsPhoto(photo),
    screen: (): Seen[] => fake.shown(id).map(({ text, photo }) => ({ text, files: photo ? [photo] : [] })),
  }
}
