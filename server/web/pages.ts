/** The plain pages: what this is, and what a code tells, as simple text. Read only, and no script. */
import { Router, type Request, type Response } from 'express'
import { invitationCode, isInvitationCode } from '../../domain/invitations.js'
import { lookUp, type Provenance } from '../../domain/provenance.js'
import { recordScan } from '../../domain/scans.js'
import { cardOf } from '../../bot/look-up.js'
import { say, text, type Language, type Text, type TextKey } from '../../locales/say.js'
import { DEMO_CODES } from '../../prisma/seed/demo.js'
import { readAsCode } from '../../qr/codes.js'
import { parseDigitalLinkPath } from '../../qr/digital-link.js'
import type { Clock } from '../clock.js'
import type { Db } from '../db.js'
import { languageOf } from './app.js'

export interface PageOptions {
  db: Db
  clock: Clock
  demo: boolean
}

/** Which of the demo's codes the front page shows, the plainest first. */
const SHOWN = ['valid', 'expired', 'recalled', 'soldOut', 'held', 'cake'] as const

export function pages({ db, clock, demo }: PageOptions): Router {
  const router = Router()

  router.get('/', (request, response) => {
    const language = languageOf(request)
    const line = (key: TextKey) => say(language, text(key))
    const codes = SHOWN.map(
      (name) =>
        `<li><a href="/c/${DEMO_CODES[name]}">/c/${DEMO_CODES[name]}</a> – ${escaped(line(`home.code.${name}`))}</li>`,
    )
    const shown = demo
      ? `<p>${escaped(line('home.demo'))}</p><h2>${escaped(line('home.demo-codes'))}</h2><ul>${codes.join('')}</ul><p>${escaped(line('home.talk'))}</p>`
      : ''
    response
      .type('html')
      .send(
        page(
          language,
          line('home.title'),
          `<h1>${escaped(line('home.title'))}</h1><p>${escaped(line('home.what'))}</p>${shown}`,
        ),
      )
  })

  router.get('/c/:code', async (request: Request<{ code: string }>, response: Response, next) => {
    const code = readAsCode(request.params.code)
    const shown = code ?? legible(request.params.code)
    if (shown === '') return next()
    const found = code ? await lookUpAndRecord(code) : notOurs(shown)
    const language = languageOf(request)
    const lines = cardOf(found).text.map((one: Text) => say(language, one))
    response
      .status(found.kind === 'unknown' ? 404 : 200)
      .set('Cache-Control', 'no-store')
      .type('text')
      .send(`${lines.join('\n')}\n`)
  })

  // What an invitation's link opens where no chat-bot answers it itself.
  router.get('/start/:code', (request: Request<{ code: string }>, response: Response) => {
    const invitation = isInvitationCode(request.params.code) ? invitationCode(request.params.code) : undefined
    if (!invitation) return void response.redirect('/')
    const told = say(languageOf(request), text('home.invitation', { code: invitation }))
    response.set('Cache-Control', 'no-store').type('text').send(`${told}\n`)
  })

  // A GS1 Digital Link of a lot leads to its code's page, the query kept; the lot number is the short code.
  router.get(['/01/:gtin/10/:lot', '/01/:gtin/10/:lot/21/:serial'], (request, response, next) => {
    const code = readAsCode(parseDigitalLinkPath(request.path)?.lot ?? '')
    if (!code) return next()
    const { search } = new URL(request.originalUrl, 'http://localhost')
    response.redirect(307, `/c/${code}${search}`)
  })

  const lookUpAndRecord = async (code: string): Promise<Provenance> => {
    const now = clock.now()
    const found = await lookUp(db, code, { now })
    await recordScan(db, { at: now, code, found, scanner: null, channel: 'web', means: 'page', chatId: null })
    return found
  }

  return router
}

/** Letters of what was asked for that are said again, when it is no code at all. */
const SHOWN_MAX = 24
/** Anybody can write anything into a link: only letters, digits and dashes of it, and few, come back. */
const legible = (asked: string): string => asked.replace(/[^\p{L}\p{N}-]/gu, '').slice(0, SHOWN_MAX)
const notOurs = (code: string): Provenance => ({ kind: 'unknown', verdict: 'unknown', code, candidates: [] })

const page = (language: Language, title: string, body: string): string =>
  `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title><body>${body}</body></html>\n`

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (said: string): string => said.replace(/[&<>"']/g, (sign) => ENTITIES[sign]!)
