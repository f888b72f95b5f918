/**
 * The files that pages ask for, served from memory. An address holds a hash of what is in the file: it is kept for a year,
 * and a new version has a new address.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Router, type Request } from 'express'

const YEAR_SECONDS = 31_536_000
/** Hexadecimal digits of the hash in an address. */
const HASH_LENGTH = 10

interface Asset {
  type: string
  bytes: Buffer
  hash: string
}

const asset = (name: string, type: string, sent: (source: string) => string = (source) => source): Asset => {
  const bytes = Buffer.from(sent(readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8')))
  return { type, bytes, hash: createHash('sha256').update(bytes).digest('hex').slice(0, HASH_LENGTH) }
}

/** Comments and indentation are for those who read the source: a quarter of the bytes. No text in it has two spaces. */
const withoutComments = (css: string): string =>
  css
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};]) ?/g, '$1')

const ASSETS = {
  'house.css': asset('house.css', 'text/css; charset=utf-8', withoutComments),
  'icon.svg': asset('icon.svg', 'image/svg+xml'),
} as const

type AssetName = keyof typeof ASSETS

/** Where a page asks for it: `/assets/house.0123456789.css` */
export const assetPath = (name: AssetName): string => `/assets/${name.replace('.', `.${ASSETS[name].hash}.`)}`

export function assets(): Router {
  const router = Router()
  router.get('/assets/:file', (request: Request<{ file: string }>, response, next) => {
    const [, stem, hash, ending] = /^([a-z]+)(?:\.([0-9a-f]+))?\.([a-z]+)$/.exec(request.params.file) ?? []
    const name = `${stem}.${ending}`
    if (!(name in ASSETS)) return next()
    const { type, bytes, hash: current } = ASSETS[name as AssetName]
    // A page of an older version asks for the older hash: it gets what there is, and asks again next time.
    const kept = hash === current ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache'
    response.set({ 'Content-Type': type, 'Cache-Control': kept }).send(bytes)
  })
  router.get('/favicon.ico', (_request, response) => response.redirect(301, assetPath('icon.svg')))
  return router
}
