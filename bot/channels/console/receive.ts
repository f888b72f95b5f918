/**
 * What a person or a program types on the console -> Inbound. For programs a line is one JSON object of the outside face:
 * {"text"} {"photo":path} {"file":path} {"place":[lat,lng]} {"contact":phone} {"choice":value}.
 */
import { z } from 'zod'
import { TEXT_KEPT_MAX, type FileRef, type Heard } from '../channel.js'

const programLine = z.union([
  z.object({ text: z.string() }).strict(),
  z.object({ photo: z.string().min(1) }).strict(),
  z.object({ file: z.string().min(1) }).strict(),
  z.object({ place: z.tuple([z.number().min(-90).max(90), z.number().min(-180).max(180)]) }).strict(),
  z.object({ contact: z.string().min(1) }).strict(),
  z.object({ choice: z.string() }).strict(),
])

/** Brings a local file into the file store, so that whichever process hears the message can read it. */
export type Keep = (path: string) => Promise<FileRef>

/** One line of a program. Throws with a sentence for the program's author when the line is none of the known forms. */
export async function readProgramLine(line: string, keep: Keep): Promise<Heard> {
  let parsed: unknown
  try {
    parsed = JSON.parse(line)
  } catch {
    throw new Error('not JSON')
  }
  const result = programLine.safeParse(parsed)
  if (!result.success) throw new Error('expected {"text"}, {"photo"}, {"file"}, {"place"}, {"contact"} or {"choice"}')
  const said = result.data
  if ('text' in said) return readText(said.text)
  if ('photo' in said) return { kind: 'photo', file: await keep(said.photo) }
  if ('file' in said) return { kind: 'file', file: await keep(said.file) }
  if ('place' in said) return { kind: 'place', latitude: said.place[0], longitude: said.place[1] }
  if ('contact' in said) return { kind: 'contact', phone: said.contact, own: true }
  return { kind: 'choice', value: said.choice }
}

/** One line of a person. `photo PATH` and `file PATH` send a file; anything else is what they say. */
export async function readPersonLine(line: string, keep: Keep): Promise<Heard> {
  const sending = /^(photo|file) +(.+)$/.exec(line.trim())
  if (!sending) return readText(line)
  return { kind: sending[1] as 'photo' | 'file', file: await keep(sending[2]!.replace(/^(['"])(.*)\1$/, '$2')) }
}

function readText(said: string): Heard {
  // NUL cannot be kept by PostgreSQL, neither as text nor within JSON.
  const text = said.replaceAll('\u0000', '').slice(0, TEXT_KEPT_MAX)
  const start = /^\/start(?: +([A-Za-z0-9_-]{1,64}))? *$/.exec(text)
  return start ? { kind: 'start', payload: start[1] } : { kind: 'text', text }
}
