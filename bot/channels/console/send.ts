/** Prints a Part: a JSON line for programs, plain words for people. */
import { FileRefused, type Channel, type FileRef, type Part, type Sent } from '../channel.js'
import { FILE_BYTES_MAX, PROGRAM, TERMINAL } from './limits.js'

export interface ConsoleOptions {
  /** For programs: JSON lines. */
  json: boolean
  print(line: string): void
  /** The bytes of a file of ours, or of one that was kept when it was heard. */
  read(key: string): Promise<Buffer>
  /** Lays a file where the person or program can open it; answers its path. */
  lay(file: { key: string; name: string }): Promise<string>
}

export function consoleChannel({ json, print, read, lay }: ConsoleOptions): Channel {
  return {
    name: 'console',
    capabilities: json ? PROGRAM : TERMINAL,
    pace: { chat: { perSecond: 0, burst: 0 }, all: { perSecond: 0, burst: 0 } },
    async fetch(file: FileRef) {
      if ((file.bytes ?? 0) > FILE_BYTES_MAX) throw new FileRefused('too-large', 'the file is too large')
      return read(file.id)
    },
    async send(_address, part): Promise<Sent> {
      const files = await Promise.all((part.files ?? []).map(lay))
      print(json ? JSON.stringify(programLine(part, files)) : personText(part, files))
      return { outcome: 'sent' }
    },
  }
}

const programLine = (part: Part, files: string[]) => ({
  text: part.text,
  question: part.question,
  choices: (part.choices ?? []).map(({ value, label, url }) => ({ value, label, url })),
  files,
})

const personText = (part: Part, files: string[]): string =>
  ['', part.text, ...files.map((path) => `📎 ${path}`)].join('\n')
