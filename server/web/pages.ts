/** The pages that anybody may read: what this is, and what a code tells. No script; to programs the same as plain words. */
import { Router, type Request, type Response } from 'express'
import { invitationCode, isInvitationCode } from '../../domain/invitations.js'
import { lookUp, type Provenance } from '../../domain/provenance.js'
import { recordScan } from '../../domain/scans.js'
import { cardOf } from '../../bot/look-up.js'
import { text, type Text } from '../../locales/say.js'
import { readDemoMark } from '../../prisma/statements/demo.js'
import { readAsCode, readTypedCode } from '../../qr/codes.js'
import { parseDigitalLinkPath } from '../../qr/digital-link.js'
import type { Clock } from '../clock.js'
import type { Db } from '../db.js'
import { assets } from './assets.js'
import type { Doors } from './doors.js'
import { establishmentPage } from './establishment-page.js'
import { sendPage, type Sheet } from './frame.js'
import { invitationPage, misspeltPage, noCodePage, noLotPage, unknownPage } from './help-pages.js'
import { landingPage } from './landing.js'
import { lotPage } from './lot-page.js'
import type { HouseFacts } from './parts.js'
import { PICTURE_TYPE, productPictures } from './product-picture.js'
import { isLook, visitOf, wantsPage, type Visit } from './visit.js'

export interface PageOptions {
  db: Db
  clock: Clock
  demo: boolean
  /** Where codes lead, without a trailing slash */
  codeRoot: string
  files: { read(key: string): Promise<Buffer> }
  /** Asked each time: a bot's name is learned late */
  doors(): Doors
  hotline?: string
}

/** A picture of a product may change, with another address of its bytes; a lot's own address stays. */
const PICTURE_KEPT_SECONDS = 86_400

export function pages({ db, clock, demo, codeRoot, files, doors, hotline }: PageOptions): Router {
  const router = Router()
  const pictureOf = productPictures(files)
  const house = (): HouseFacts => ({ now: clock.now(), demo, codeRoot, doors: doors(), hotline })
  router.use(assets())

  router.get('/', async (request, response) => {
    const visit = visitOf(request)
    // In demo mode a database may hold something else.
    const [mark] = demo ? await db.run(readDemoMark, []) : []
    sendPage(response, visit, landingPage(visit, { ...house(), demo: mark?.seeded ?? false }))
  })

  // A code typed into a page's form.
  router.get('/c', (request, response) => {
    const { code } = request.query
    const said = typeof code === 'string' ? code.trim() : ''
    if (said === '') return response.redirect(303, visitOf(request).to('/'))
    const typed = readTypedCode(said)
    const asked = typed.kind === 'code' ? typed.code : said
    response.redirect(303, visitOf(request).to(`/c/${encodeURIComponent(asked)}`))
  })

  router.get('/c/:code', async (request: Request<{ code: string }>, response: Response, next) => {
    const code = readAsCode(request.params.code)
    const asked = code ?? legible(request.params.code)
    if (asked === '' && !wantsPage(request)) return next()
    const now = clock.now()
    const nearly = code === undefined ? readTypedCode(`code ${asked}`) : undefined
    const found: Provenance =
      code !== undefined
        ? await lookUp(db, code, { now })
        : { kind: 'unknown', verdict: 'unknown', code: asked, candidates: await nearTo(nearly) }
    if (code !== undefined && isLook(request)) {
      const seen = { at: now, code, found, scanner: null, channel: 'web', means: 'page', chatId: null } as const
      await recordScan(db, seen)
    }
    response.status(found.kind === 'unknown' ? 404 : 200)
    const visit = visitOf(request)
    if (!wantsPage(request)) return sayPlainly(response, visit, cardOf(found).text)
    sendPage(response, visit, pageOf(visit, found, asked, nearly, house()))
  })

  /** Codes that were issued among those that a misspelt one may have been. */
  const nearTo = async (nearly: ReturnType<typeof readTypedCode> | undefined): Promise<string[]> => {
    if (nearly?.kind !== 'misspelt') return []
    const found = await lookUp(db, nearly.typed, { now: clock.now(), candidates: nearly.candidates })
    return found.kind === 'unknown' ? found.candidates : []
  }

  // The lot's picture: whoever may read the page may see it.
  router.get('/c/:code/picture', async (request: Request<{ code: string }>, response, next) => {
    const code = readAsCode(request.params.code)
    const found = code === undefined ? undefined : await lookUp(db, code, { now: clock.now() })
    const key = found?.kind === 'lot' ? found.product.pictureKey : null
    if (key === null) return next()
    const picture = await pictureOf(key).catch(() => undefined)
    if (!picture) return next()
    response
      .set({
        'Content-Type': PICTURE_TYPE,
        'Cache-Control': `public, max-age=${PICTURE_KEPT_SECONDS}`,
        // Shown by whoever shows a preview of the page.
        'Cross-Origin-Resource-Policy': 'cross-origin',
      })
      .send(picture)
  })

  // What an invitation's link opens where no chat-bot answers it itself.
  router.get('/start/:code', (request: Request<{ code: string }>, response: Response) => {
    const invitation = isInvitationCode(request.params.code) ? invitationCode(request.params.code) : undefined
    if (!invitation) return void response.redirect('/')
    const visit = visitOf(request)
    if (wantsPage(request)) return sendPage(response, visit, invitationPage(visit, invitation, house()))
    sayPlainly(response, visit, [text('home.invitation', { code: invitation })])
  })

  // A GS1 Digital Link of a lot leads to its code's page, the query kept; the lot number is the short code.
  router.get(
    ['/01/:gtin/10/:lot', '/01/:gtin/10/:lot/21/:serial', '/01/:gtin', '/01/:gtin/21/:serial'],
    (request, response) => {
      const link = parseDigitalLinkPath(request.path)
      const code = readAsCode(link?.lot ?? '')
      if (code) {
        const { search } = new URL(request.originalUrl, 'http://localhost')
        return response.redirect(307, `/c/${code}${search}`)
      }
      const visit = visitOf(request)
      const why = link ? text('page.gtin-unknown', { gtin: link.gtin }) : text('page.gtin-damaged')
      response.status(404)
      if (!wantsPage(request)) return sayPlainly(response, visit, [why, text('page.gtin-how')])
      sendPage(response, visit, noLotPage(visit, why, house()))
    },
  )

  return router
}

/** Letters of what was asked for that are said again, when it is no code at all. */
const SHOWN_MAX = 24
/** Anybody can write anything into a link: only letters, digits and dashes of it, and few, come back. */
const legible = (asked: string): string => asked.replace(/[^\p{L}\p{N}-]/gu, '').slice(0, SHOWN_MAX)

function pageOf(
  visit: Visit,
  found: Provenance,
  asked: string,
  nearly: ReturnType<typeof readTypedCode> | undefined,
  house: HouseFacts,
): Sheet {
  if (found.kind === 'lot') return lotPage(visit, found, house)
  if (found.kind === 'establishment') return establishmentPage(visit, found, house)
  if (nearly === undefined) return unknownPage(visit, found, house)
  return nearly.kind === 'misspelt' ? misspeltPage(visit, nearly.typed, found, house) : noCodePage(visit, asked, house)
}

const sayPlainly = (response: Response, { say }: Visit, lines: Text[]): void => {
  response
    .set('Cache-Control', 'no-store')
    .vary('Accept, Accept-Language, User-Agent')
    .type('text')
    .send(`${lines.map(say).join('\n')}\n`)
}
