/** A Part becomes a message of the web chat: kept in order, shown by whoever has the page open, and after a reload. */
import type { Language } from '../../../locales/say.js'
import { FileRefused, type Channel, type FileOut, type FileRef, type Part, type Sent } from '../channel.js'
import { CAPABILITIES, PACE, UPLOAD_MAX_BYTES } from './limits.js'

/** What is kept of a message, of either side. */
export interface WebBody {
  text: string
  question?: string
  choices?: { value: string; label: string; data?: string; url?: string }[]
  files?: Pick<FileOut, 'key' | 'name' | 'mime'>[]
  /** The page offers a button that sends the person's place */
  wants?: 'place'
  /** What the text is in, for the screen reader's voice */
  language?: Language
  /** Own: the value or data of the choice that was made, so that every page of the session shows it as made */
  chose?: string
}

export interface WebChannelOptions {
  /** Keeps a message of ours and tells the pages; the answer is its id. Rejects when it was not kept. */
  keep(address: string, body: WebBody): Promise<string>
  /** The bytes of what was uploaded; null: they are gone. */
  read(key: string): Promise<Buffer | null>
}

export function webChannel({ keep, read }: WebChannelOptions): Channel {
  return {
    name: 'web',
    capabilities: CAPABILITIES,
    pace: PACE,
    async fetch(file: FileRef) {
      if ((file.bytes ?? 0) > UPLOAD_MAX_BYTES) throw new FileRefused('too-large', `${file.bytes} bytes`)
      const bytes = await read(file.id)
      if (!bytes) throw new FileRefused('gone', 'the upload is no longer kept')
      return bytes
    },
    async send(address, part): Promise<Sent> {
      try {
        return { outcome: 'sent', platformId: await keep(address, bodyOf(part)) }
      } catch (error) {
        const { name, code } = error as { name?: string; code?: string }
        return { outcome: 'retry', why: `not kept: ${code ?? name ?? 'unknown'}` }
      }
    },
  }
}

const bodyOf = ({ text, question, choices, files, wants, language }: Part): WebBody => ({
  text,
  ...(question !== undefined && { question }),
  ...(choices && { choices: choices.map(({ value, label, data, url }) => ({ value, label, data, url })) }),
  ...(files && { files: files.map(({ key, name, mime }) => ({ key, name, mime })) }),
  ...(wants === 'place' && { wants }),
  ...(language && { language }),
})
