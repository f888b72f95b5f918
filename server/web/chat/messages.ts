/** The web chat's messages as they are kept, and as the page and programs see them. */
import { z } from 'zod'
import type { Heard } from '../../../bot/channels/channel.js'
import type { WebBody } from '../../../bot/channels/web/send.js'
import { say, text, type Language } from '../../../locales/say.js'
import {
  addWebMessage,
  lockWebLane,
  findWebChoice,
  type WebMessageRow,
} from '../../../prisma/statements/web-messages.js'
import { Closing, type Database, type Sql } from '../../../prisma/tx.js'

/** One message as it goes out: what `talk --json` prints, and what a page needs beside it. */
export interface Shown {
  id: number
  own: boolean
  /** ISO 8601 */
  at: string
  text: string
  question?: string
  choices: { value: string; label: string; data?: string; url?: string }[]
  files: { url: string; name: string; mime: string }[]
  wants?: 'place'
  language?: Language
  chose?: string
}

/** Of our own making, but other versions of the house may have written it: read leniently. */
const BODY: z.ZodType<WebBody> = z.object({
  text: z.string().catch(''),
  question: z.string().optional(),
  choices: z
    .array(z.object({ value: z.string(), label: z.string(), data: z.string().optional(), url: z.string().optional() }))
    .optional(),
  files: z.array(z.object({ key: z.string(), name: z.string(), mime: z.string() })).optional(),
  wants: z.literal('place').optional().catch(undefined),
  language: z.enum(['vi', 'en']).optional().catch(undefined),
  chose: z.string().optional(),
})

export const bodyOf = (row: WebMessageRow): WebBody => BODY.safeParse(row.body).data ?? { text: '' }

export function shown(row: WebMessageRow): Shown {
  const { text: said, question, choices = [], files = [], wants, language, chose } = bodyOf(row)
  const shownFiles = files.map(({ name, mime }, n) => ({ url: `/chat/api/files/${row.id}/${n}`, name, mime }))
  return {
    id: row.id,
    own: row.own,
    at: row.at.toISOString(),
    text: said,
    question,
    choices,
    files: shownFiles,
    wants,
    language,
    chose,
  }
}

/** Adds a message of either side; one of the person's whose key is there already is not added again. Answers its id. */
export async function addMessage(
  db: Database,
  address: string,
  { own, body, key = null }: { own: boolean; body: WebBody; key?: string | null },
): Promise<{ id: number; fresh: boolean }> {
  const rows = await db.transaction(async (tx) => {
    const locked = tx.run(lockWebLane, [address])
    const added = tx.run(addWebMessage, [address, own, JSON.stringify(body), key])
    return new Closing(Promise.all([added, locked]).then(([first]) => first))
  })
  const [row] = rows
  if (!row) throw new Error('a web chat could not be opened')
  return row
}

/** What a person's message looks like on their own page. */
export async function ownBody(sql: Sql, address: string, heard: Heard, language: Language): Promise<WebBody> {
  switch (heard.kind) {
    case 'text':
      return { text: heard.text }
    case 'contact':
      return { text: heard.phone }
    case 'place':
      return { text: say(language, text('web-chat.place-sent')) }
    case 'choice':
      return { text: await labelOf(sql, address, heard.value), chose: heard.value }
    case 'press':
      return { text: await labelOf(sql, address, heard.data), chose: heard.data }
    case 'photo':
    case 'file': {
      const { id: key, name = say(language, text('web-chat.photo')), mime = 'application/octet-stream' } = heard.file
      return { text: '', files: [{ key, name, mime }] }
    }
    default:
      return { text: '' }
  }
}

/** As it was called where it was offered; nothing when it was not offered. */
const labelOf = async (sql: Sql, address: string, chosen: string): Promise<string> =>
  (await sql.run(findWebChoice, [address, chosen]))[0]?.label ?? ''
