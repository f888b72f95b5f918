/** A person in the Zalo app who talks to the Official Account, over a fake Zalo: signed events, buttons that say their payload. */
import { person } from '../fakes/zalo/people.js'
import type { FakeZalo } from '../fakes/zalo/server.js'
import type { Hands, Seen } from './someone.js'

export function zaloHands(fake: FakeZalo): Hands {
  const an = person(fake)
  const { id } = an
  return {
    channel: 'zalo',
    address: id,
    // Whoever follows the account is greeted; a link into the account says its payload.
    starts: (payload) => (payload === undefined ? an.does({ kind: 'follow' }) : an.says(`#start ${payload}`)),
    says: (text) => an.says(text),
    sends: (photo) => an.sendsPhoto(photo),
    shares: (latitude, longitude) => an.does({ kind: 'place', latitude, longitude }),
    async presses(label) {
      const newest = fake.chat(id).shown.findLast(({ buttons }) => buttons.length > 0)
      const data = newest?.buttons.find((button) => button.label.includes(label))?.data
      if (data === undefined) return false
      await an.says(data)
      return true
    },
    screen: (): Seen[] =>
      fake.chat(id).shown.map(({ text, picture, document }) => ({
        text,
        files: [...(picture ? ['picture'] : []), ...(document ? [document.name] : [])],
      })),
  }
}
