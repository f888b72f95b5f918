/** A person in the web chat, by what its page itself uses. */
import { Program, type Told } from '../fakes/web/program.js'
import type { Hands, Seen } from './someone.js'

export async function webHands(url: string, addressOf: (session: string) => string): Promise<Hands> {
  const program = await Program.open(url)
  const told = async (): Promise<Told[]> => (await program.history()).filter(({ own }) => !own)
  const post = async (body: object) => {
    const answer = await program.post(body)
    if (answer.status !== 202) throw new Error(`refused: ${answer.status} ${await answer.text()}`)
  }
  return {
    channel: 'web',
    address: addressOf(program.session),
    starts: (payload) => post({ start: payload ?? '' }),
    says: (text) => post({ text }),
    async sends(photo) {
      const answer = await program.upload(new Uint8Array(photo), 'image/jpeg')
      if (answer.status !== 202) throw new Error(`refused: ${answer.status} ${await answer.text()}`)
    },
    shares: (latitude, longitude) => post({ place: [latitude, longitude] }),
    async presses(label) {
      const newest = (await told()).findLast(({ choices }) => choices.length > 0)
      const choice = newest?.choices.find((one) => one.label.includes(label))
      if (!choice) return false
      await post(choice.data === undefined ? { choice: choice.value } : { press: choice.data })
      return true
    },
    screen: async (): Promise<Seen[]> =>
      (await told()).map(({ text, files }) => ({ text, files: files.map(({ name }) => name) })),
  }
}
