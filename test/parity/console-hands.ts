/** A program on the console: JSON lines in and out, as `npm run talk -- --json` has them, in this process. */
import { randomUUID } from 'node:crypto'
import type { Channel } from '../../bot/channels/channel.js'
import { readProgramLine } from '../../bot/channels/console/receive.js'
import { consoleChannel } from '../../bot/channels/console/send.js'
import type { Foundation } from '../../server/foundation.js'
import { filesToSend } from '../../server/labels.js'
import { buildTalking } from '../../server/talking.js'
import type { Hands, Seen } from './someone.js'

interface Printed {
  text: string
  choices: { value: string; label: string }[]
  files: string[]
}

export interface ConsoleHands {
  someone(name: string): Hands
  stop(): Promise<void>
}

const STOP_WITHIN_MS = 5_000

export async function consoleHands(foundation: Foundation): Promise<ConsoleHands> {
  const { db, clock, config, files: stored } = foundation
  const toSend = filesToSend({ sql: db, clock, codeRoot: config.codeRoot, stored })
  const screens = new Map<string, Printed[]>()
  const terminal = {
    json: true,
    print: () => undefined,
    read: (key: string) => toSend.read(key),
    lay: async ({ key, name }: { key: string; name: string }) => ((await toSend.read(key)).length > 0 ? name : ''),
  }
  // The console prints for one person; here each has a screen of their own.
  const send: Channel['send'] = (address, part, signal) => {
    const print = (line: string) => void screens.get(address)?.push(JSON.parse(line) as Printed)
    return consoleChannel({ ...terminal, print }).send(address, part, signal)
  }
  const { hear, parts } = buildTalking({ foundation, channels: [{ ...consoleChannel(terminal), send }] })
  for (const part of parts) await part.start?.()

  return {
    someone(address) {
      const screen: Printed[] = []
      screens.set(address, screen)
      const put = async (bytes: Buffer) => {
        const { key } = await stored.put(bytes, { mime: 'image/jpeg' })
        return { id: key, bytes: bytes.length }
      }
      const line = async (said: object, photo?: Buffer) => {
        const heard = await readProgramLine(JSON.stringify(said), () => put(photo!))
        await hear.store([{ channel: 'console', address, key: randomUUID(), at: new Date().toISOString(), heard }])
      }
      return {
        channel: 'console',
        address,
        starts: (payload) => line({ text: ['/start', payload].filter(Boolean).join(' ') }),
        says: (text) => line({ text }),
        sends: (photo) => line({ photo: 'photo.jpg' }, photo),
        shares: (latitude, longitude) => line({ place: [latitude, longitude] }),
        async presses(label) {
          const choice = screen.at(-1)?.choices.find((one) => one.label.includes(label))
          if (!choice) return false
          await line({ choice: choice.value })
          return true
        },
        screen: (): Seen[] => screen.map(({ text, files }) => ({ text, files })),
      }
    },
    async stop() {
      for (const part of parts.toReversed()) await part.stop?.(STOP_WITHIN_MS)
    },
  }
}
