/**
 * The web chat over HTTP: what the page uses, and any program may. A post is stored, and only then answered (road 1); what is
 * said back comes through the outbox alone and is read from the stream (road 2).
 */
import { createHash, randomUUID } from 'node:crypto'
import { Router, type NextFunction, type Request, type Response } from 'express'
import { z } from 'zod'
import type { Heard } from '../../../bot/channels/channel.js'
import { JSON_MAX_BYTES, UPLOAD_MAX_BYTES } from '../../../bot/channels/web/limits.js'
import { readMessage, readUpload } from '../../../bot/channels/web/receive.js'
import {
  openWebChatAs,
  readNewestWebMessages,
  readWebMessage,
  type WebMessageRow,
} from '../../../prisma/statements/web-messages.js'
import type { Database } from '../../../prisma/tx.js'
import type { Store } from '../../channels/channel-parts.js'
import type { Log } from '../../log.js'
import { languageOf } from '../app.js'
import { parseJson, readBody } from './body.js'
import { Flood } from './flood.js'
import {
  HISTORY_MAX,
  MESSAGES_OF_ADDRESS,
  MESSAGES_OF_SESSION,
  SESSIONS_OF_ADDRESS,
  UPLOADS_OF_ADDRESS,
  UPLOADS_OF_SESSION,
} from './limits.js'
import { addMessage, bodyOf, ownBody, shown } from './messages.js'
import { refuse } from './refuse.js'
import { COOKIE, cookieOptions, tokenOf, type Sessions } from './session.js'
import type { Streams } from './streams.js'
import type { Uploads } from './uploads.js'

export interface ApiOptions {
  db: Database
  sessions: Sessions
  streams: Streams
  uploads: Uploads
  /** Files that we send */
  files: { read(key: string): Promise<Buffer> }
  /** undefined: not hearing yet, or no longer */
  store(): Store | undefined
  demo: boolean
  /** People reach us by it; without it by any name of this machine */
  publicUrl?: string
  count(what: 'post' | 'session' | 'stream', why: string): void
  log: Pick<Log, 'error'>
}

/** Characters of an Idempotency-Key; a UUID has 36. */
const KEY_MAX = 200
/** Before a client that found no room tries again. ms */
const BUSY_MS = 2_000
const MIME = /^[a-z]+\/[a-z0-9.+-]{1,100}$/
const FORM = /^(multipart\/form-data|application\/x-www-form-urlencoded|text\/plain)$/
/** Shown in the page; everything else is handed out to be saved. */
const SHOWN_INLINE = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'application/pdf'])
/** A file's address never means other bytes. s */
const FILE_CACHED_S = 24 * 3600

const sessionWanted = z.strictObject({
  /** The demo's persona that the new session is */
  persona: z.string().min(1).max(100).optional(),
  /** A new session also where the request carries one */
  fresh: z.literal(true).optional(),
})

export function chatApi(options: ApiOptions): Router {
  const { db, sessions, streams, uploads, demo, publicUrl, count, log } = options
  const flood = {
    messagesOfSession: new Flood(MESSAGES_OF_SESSION),
    messagesOfAddress: new Flood(MESSAGES_OF_ADDRESS),
    sessionsOfAddress: new Flood(SESSIONS_OF_ADDRESS),
    uploadsOfSession: new Flood(UPLOADS_OF_SESSION),
    uploadsOfAddress: new Flood(UPLOADS_OF_ADDRESS),
  }

  const refused = (request: Request, response: Response, ...why: [Parameters<typeof refuse>[2], number?]): void => {
    if (request.method === 'POST') count('post', why[0])
    refuse(request, response, ...why)
    // What is still on its way is not read: the connection cannot be used again.
    if (!request.complete) response.once('finish', () => request.destroy())
  }

  /** A page of another site may not speak for the person: browsers say where a request comes from. */
  function ownSite(request: Request, response: Response, next: NextFunction): void {
    response.set('Cache-Control', 'no-store')
    const from = request.get('origin')
    const site = request.get('sec-fetch-site')
    const own = [publicUrl, `http://${request.get('host')}`, `https://${request.get('host')}`]
    const foreign =
      (from !== undefined && !own.includes(from)) || (site !== undefined && !/^(same-origin|none)$/.test(site))
    if (foreign) refused(request, response, 'other-site')
    else next()
  }

  /** The session's address; undefined: refused. */
  function sessionOf(request: Request, response: Response): string | undefined {
    const address = sessions.read(tokenOf(request) ?? '')
    if (address === undefined) refused(request, response, 'no-session')
    return address
  }

  const ipOf = (request: Request): string => request.ip ?? ''

  async function openSession(request: Request, response: Response): Promise<void> {
    const bytes = await readBody(request, JSON_MAX_BYTES)
    if (!bytes) return refused(request, response, 'too-large')
    if (bytes.length > 0 && !request.is('application/json')) return refused(request, response, 'wrong-type')
    const wanted = sessionWanted.safeParse(bytes.length === 0 ? {} : parseJson(bytes))
    if (!wanted.success) return refused(request, response, 'not-understood')
    const { persona, fresh } = wanted.data
    if (persona !== undefined && !demo) return refused(request, response, 'no-demo')

    const known = persona === undefined && !fresh ? sessions.read(tokenOf(request) ?? '') : undefined
    if (known === undefined) {
      const waitMs = flood.sessionsOfAddress.take(ipOf(request))
      if (waitMs > 0) return refused(request, response, 'too-many', waitMs)
    }
    const { address, token } = sessions.token(known)
    let name: string | null = null
    if (persona !== undefined) {
      const [row] = await db.run(openWebChatAs, [address, persona, languageOf(request)])
      if (!row) return refused(request, response, 'persona-unknown')
      name = row.name
    }
    count('session', known === undefined ? 'new' : 'known')
    response.cookie(COOKIE, token, cookieOptions(request.secure || publicUrl?.startsWith('https:') === true))
    // A page has its cookie, which no script can read; only programs, which send no such header, are told the session.
    const isPage = request.get('sec-fetch-site') !== undefined
    response
      .status(known === undefined ? 201 : 200)
      .json({ ...(!isPage && { session: token }), demo, ...(persona !== undefined && { persona, name }) })
  }

  async function post(request: Request, response: Response): Promise<void> {
    const address = sessionOf(request, response)
    if (address === undefined) return
    const store = options.store()
    if (!store) return refused(request, response, 'busy', BUSY_MS)
    const clientKey = request.get('idempotency-key') ?? randomUUID()
    if (clientKey.length > KEY_MAX) return refused(request, response, 'key-too-long')
    const waitMs = Math.max(flood.messagesOfSession.take(address), flood.messagesOfAddress.take(ipOf(request)))
    if (waitMs > 0) return refused(request, response, 'too-many', waitMs)

    const heard = await heardIn(request, response, address)
    if (!heard) return
    const language = languageOf(request)
    const key = createHash('sha256').update(`${address} ${clientKey}`).digest('base64url')
    // Shown before it is stored, so that the answer never comes first. A post that breaks in between is posted again
    // with the same key, which changes nothing here and stores it.
    try {
      const body = await ownBody(db, address, heard, language)
      const { id } = await addMessage(db, address, { own: true, body, key })
      await store([{ channel: 'web', address, key, at: new Date().toISOString(), language, heard }])
      count('post', 'stored')
      response.status(202).json({ id })
    } catch (error) {
      log.error({ error }, 'web chat: a message could not be stored; its page posts it again')
      refused(request, response, 'busy', BUSY_MS)
    }
  }

  /** What a post says; undefined: refused. */
  async function heardIn(request: Request, response: Response, address: string): Promise<Heard | undefined> {
    const mime = (request.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
    // Another site's page could post these without asking: they are never messages.
    if (!MIME.test(mime) || FORM.test(mime)) return void refused(request, response, 'wrong-type')
    if (mime === 'application/json') {
      const bytes = await readBody(request, JSON_MAX_BYTES)
      if (!bytes) return void refused(request, response, 'too-large')
      const said = parseJson(bytes)
      if (said === undefined) return void refused(request, response, 'not-json')
      const heard = readMessage(said)
      if (!heard) refused(request, response, 'not-understood')
      return heard
    }
    if (Number(request.get('content-length') ?? 0) > UPLOAD_MAX_BYTES)
      return void refused(request, response, 'too-large')
    const waitMs = Math.max(flood.uploadsOfSession.take(address), flood.uploadsOfAddress.take(ipOf(request)))
    if (waitMs > 0) return void refused(request, response, 'too-many', waitMs)
    const bytes = await readBody(request, UPLOAD_MAX_BYTES)
    if (!bytes) return void refused(request, response, 'too-large')
    if (bytes.length === 0) return void refused(request, response, 'not-understood')
    const { key } = await uploads.put(bytes, { mime })
    const name = decoded(request.get('x-file-name'))
    return readUpload({ key, mime, name, bytes: bytes.length, asFile: request.query.as === 'file' })
  }

  async function stream(request: Request, response: Response): Promise<void> {
    const address = sessionOf(request, response)
    if (address === undefined) return
    const said = request.get('last-event-id') ?? request.query.after
    const after = idOf(said) ?? (await db.run(readNewestWebMessages, [address, 1]))[0]?.id ?? 0
    if (response.destroyed) return
    if (!streams.open(address, response, after)) return refused(request, response, 'busy', BUSY_MS)
    count('stream', said === undefined ? 'opened' : 'resumed')
  }

  async function history(request: Request, response: Response): Promise<void> {
    const address = sessionOf(request, response)
    if (address === undefined) return
    const rows = await db.run(readNewestWebMessages, [address, HISTORY_MAX])
    response.json({ messages: rows.toReversed().map(shown) })
  }

  async function file(request: Request<{ id: string; n: string }>, response: Response): Promise<void> {
    const address = sessionOf(request as Request, response)
    if (address === undefined) return
    const [id, n] = [idOf(request.params.id), idOf(request.params.n)]
    const row = id === undefined ? undefined : (await db.run(readWebMessage, [address, id]))[0]
    const carried = row && n !== undefined ? bodyOf(row).files?.[n] : undefined
    const bytes = row && carried && (await read(row, carried.key))
    if (!carried || !bytes) return refused(request as Request, response, 'not-found')
    const inline = SHOWN_INLINE.has(carried.mime)
    response
      .set({
        'Content-Type': inline ? carried.mime : 'application/octet-stream',
        'Content-Disposition': `${inline ? 'inline' : 'attachment'}; filename*=UTF-8''${fileName(carried.name)}`,
        'Cache-Control': `private, max-age=${FILE_CACHED_S}, immutable`,
        'Content-Security-Policy': "default-src 'none'; sandbox",
      })
      .send(bytes)
  }

  const read = async (row: WebMessageRow, key: string): Promise<Buffer | null> =>
    row.own ? uploads.read(key) : options.files.read(key)

  const router = Router()
  router.use('/chat/api', ownSite)
  router.post('/chat/api/session', openSession)
  router.post('/chat/api/messages', post)
  router.get('/chat/api/stream', stream)
  router.get('/chat/api/history', history)
  router.get('/chat/api/files/:id/:n', file)
  return router
}

/** A message's id, or a place among its files; undefined: it is none. */
const idOf = (said: unknown): number | undefined =>
  typeof said === 'string' && /^\d{1,15}$/.test(said) ? Number(said) : undefined

/** RFC 5987: what stands after filename*=UTF-8'' */
const fileName = (name: string): string =>
  encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

const decoded = (said: string | undefined): string | undefined => {
  try {
    return said === undefined ? undefined : decodeURIComponent(said)
  } catch {
    return undefined
  }
}
