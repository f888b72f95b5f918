/** What a page or a program posted -> Heard, the same JSON as a line of `talk --json`. Pure; cleans every string. */
import { z } from 'zod'
import { keepable, type Heard } from '../channel.js'
import { NAME_MAX, PHONE_MAX, PRESS_MAX_BYTES, START_PAYLOAD, VALUE_MAX } from './limits.js'

const nothing = z.union([z.null(), z.literal(true), z.literal('')]).transform(() => undefined)

const message = z.union([
  z.strictObject({ text: z.string() }),
  z.strictObject({ choice: z.string() }),
  z.strictObject({ press: z.string().refine((data) => Buffer.byteLength(data) <= PRESS_MAX_BYTES) }),
  z.strictObject({ place: z.tuple([z.number().min(-90).max(90), z.number().min(-180).max(180)]) }),
  z.strictObject({ contact: z.string().min(1) }),
  z.strictObject({ start: z.union([z.string().regex(START_PAYLOAD), nothing]) }),
])

/** undefined: it is none of the known forms, or says nothing. */
export function readMessage(body: unknown): Heard | undefined {
  const result = message.safeParse(body)
  if (!result.success) return undefined
  const said = result.data
  if ('text' in said) return readText(said.text)
  if ('choice' in said) return { kind: 'choice', value: keepable(said.choice, VALUE_MAX) }
  if ('press' in said) return { kind: 'press', data: keepable(said.press) }
  if ('place' in said) return { kind: 'place', latitude: said.place[0], longitude: said.place[1] }
  if ('contact' in said) return { kind: 'contact', phone: keepable(said.contact, PHONE_MAX), own: false }
  return { kind: 'start', ...(said.start !== undefined && { payload: said.start }) }
}

function readText(said: string): Heard | undefined {
  const text = keepable(said)
  if (text.trim() === '') return undefined
  const start = /^\/start(?: +([A-Za-z0-9_-]{1,64}))? *$/.exec(text)
  return start ? { kind: 'start', ...(start[1] !== undefined && { payload: start[1] }) } : { kind: 'text', text }
}

/** An uploaded file that was kept. A picture is a photo unless its sender says that it is a file. */
export function readUpload({ key, mime, name, bytes, asFile }: Upload): Heard {
  const file = { id: key, mime, bytes, ...(name && { name: keepable(name, NAME_MAX) }) }
  return { kind: mime.startsWith('image/') && !asFile ? 'photo' : 'file', file }
}

export interface Upload {
  /** In the store of uploads */
  key: string
  mime: string
  name?: string
  bytes: number
  asFile: boolean
}
