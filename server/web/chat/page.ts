/** GET /chat: the page and its assets. No build step: what stands in `assets/` is what the browser gets. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import { Router, type Request, type Response } from 'express'
import { peopleList } from '../../../domain/people.js'
import { LANGUAGES, say, text, type Language, type TextKey } from '../../../locales/say.js'
import vi from '../../../locales/vi.json' with { type: 'json' }
import { readWebChat } from '../../../prisma/statements/web-messages.js'
import type { Sql } from '../../../prisma/tx.js'
import type { Clock } from '../../clock.js'
import { languageOf } from '../app.js'
import { tokenOf, type Sessions } from './session.js'

export interface ChatPageOptions {
  db: Sql
  clock: Clock
  sessions: Sessions
  demo: boolean
}

/** Nothing but what the page itself needs, and all of it from here. blob: shows the photo that is being sent. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
const CACHED_S = 365 * 24 * 3600
const VERSION_LETTERS = 12

const SCRIPT = 'text/javascript; charset=utf-8'
const own = (name: string): URL => new URL(`assets/${name}`, import.meta.url)
const ASSETS: Readonly<Record<string, { file: URL | string; type: string }>> = {
  'chat.js': { file: own('chat.js'), type: SCRIPT },
  'camera.js': { file: own('camera.js'), type: SCRIPT },
  'scan-worker.js': { file: own('scan-worker.js'), type: SCRIPT },
  'chat.css': { file: own('chat.css'), type: 'text/css; charset=utf-8' },
  'icon.svg': { file: own('icon.svg'), type: 'image/svg+xml' },
  // Only for browsers that read no codes themselves, and only once the camera is opened.
  'jsqr.js': { file: createRequire(import.meta.url).resolve('jsqr'), type: SCRIPT },
}

interface Asset {
  bytes: Buffer
  packed: Buffer
  version: string
  type: string
}

/** Read when somebody first asks for it. */
const loaded = new Map<string, Asset>()

function asset(name: string): Asset | undefined {
  const known = loaded.get(name)
  if (known) return known
  const what = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined
  if (!what) return undefined
  const bytes = readFileSync(what.file)
  const version = createHash('sha256').update(bytes).digest('hex').slice(0, VERSION_LETTERS)
  const read = { bytes, packed: gzipSync(bytes), version, type: what.type }
  loaded.set(name, read)
  return read
}

/** With its version in the address it is kept for a year; a new version has a new address. */
const addressOf = (name: string): string => `/chat/assets/${asset(name)!.version}/${name}`

export function chatPage({ db, clock, sessions, demo }: ChatPageOptions): Router {
  const router = Router()

  router.get('/chat/assets/:version/:name', (request: Request<{ version: string; name: string }>, response) => {
    const found = asset(request.params.name)
    if (!found) return void response.sendStatus(404)
    const packs = request.acceptsEncodings('gzip') === 'gzip'
    const isThis = request.params.version === found.version
    response
      .set({
        'Content-Type': found.type,
        'Cache-Control': isThis ? `public, max-age=${CACHED_S}, immutable` : 'no-cache',
        Vary: 'Accept-Encoding',
        ...(packs && { 'Content-Encoding': 'gzip' }),
      })
      .send(packs ? found.packed : found.bytes)
  })

  router.get('/chat', async (request, response: Response) => {
    const address = sessions.read(tokenOf(request) ?? '')
    const chat = address === undefined ? undefined : (await db.run(readWebChat, [address]))[0]
    const language = asked(request) ?? chat?.language ?? languageOf(request)
    const personas = demo ? await personasOf(db, clock) : []
    const name = chat?.name ?? undefined
    response
      .set({
        'Content-Security-Policy': POLICY,
        'Permissions-Policy': 'camera=(self), geolocation=(self), microphone=()',
        'Cache-Control': 'no-store',
      })
      .type('html')
      .send(page({ language, demo, personas, name }))
  })

  return router
}

const asked = ({ query }: Request): Language | undefined => LANGUAGES.find((language) => language === query.lang)

interface Persona {
  id: string
  name: string
}

async function personasOf(db: Sql, clock: Clock): Promise<Persona[]> {
  const people = await peopleList(db, { operator: true, now: clock.now() })
  return people.flatMap(({ name, personas, roles }) =>
    personas.map((id) => ({ id, name: [name ?? id, roles[0]?.name].filter(Boolean).join(' – ') })),
  )
}

/** What the script says itself. */
const SCRIPT_TEXTS = [
  ...['you', 'bot', 'send-place', 'place-denied', 'place-waiting', 'sending', 'sending-photo', 'answering'],
  ...['not-sent', 'photo-not-sent', 'photo-too-large', 'reconnecting', 'connected', 'camera-denied', 'camera-found'],
  ...['photo-alt', 'open-file', 'session-failed', 'menu'],
] as (keyof (typeof vi)['web-chat'])[]

interface PageFacts {
  language: Language
  demo: boolean
  personas: Persona[]
  /** Of the person behind the session, where there is one */
  name?: string
}

function page({ language, demo, personas, name }: PageFacts): string {
  const line = (key: string, params?: Record<string, string>) =>
    escaped(say(language, text(`web-chat.${key}` as TextKey, params)))
  const told = Object.fromEntries(SCRIPT_TEXTS.map((key) => [key, say(language, text(`web-chat.${key}` as TextKey))]))
  const facts = { language, texts: told, worker: addressOf('scan-worker.js'), jsqr: addressOf('jsqr.js') }
  const other = LANGUAGES.find((one) => one !== language)!
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="theme-color" content="#14532d">
<meta name="robots" content="noindex">
<title>${line('title')}</title>
<link rel="icon" type="image/svg+xml" href="${addressOf('icon.svg')}">
<link rel="stylesheet" href="${addressOf('chat.css')}">
<script type="module" src="${addressOf('chat.js')}"></script>
</head>
<body data-facts="${escaped(JSON.stringify({ ...facts, camera: addressOf('camera.js') }))}">
<a class="skip" href="#words">${line('skip')}</a>
<header>
<h1><a href="/">${line('name')}</a></h1>
<nav>
<button type="button" id="menu">${line('menu')}</button>
<a class="button" id="other-language" lang="${other}" hreflang="${other}" href="/chat?lang=${other}">${line('other-language')}</a>
</nav>
</header>
${demo ? demoBar(line, language, personas, name) : ''}<main>
<div id="log" role="log" aria-live="polite" aria-label="${line('log')}" tabindex="0"></div>
<noscript><p class="notice">${line('no-script')}</p></noscript>
</main>
<footer>
<p id="status" role="status" hidden></p>
<form id="say" autocomplete="off">
<label for="words" class="unseen">${line('write')}</label>
<div class="write">
<textarea id="words" rows="1" maxlength="4096" enterkeyhint="send" autocapitalize="sentences" placeholder="${line('write')}" required></textarea>
<button class="main" id="send">${line('send')}</button>
</div>
</form>
<div class="tools">
<button type="button" id="scan">${icon('scan')}${line('scan')}</button>
<button type="button" id="pick">${icon('photo')}${line('upload')}</button>
<button type="button" id="place">${icon('place')}${line('place')}</button>
</div>
<input type="file" id="photo" accept="image/*" hidden tabindex="-1" aria-hidden="true">
<input type="file" id="shot" accept="image/*" capture="environment" hidden tabindex="-1" aria-hidden="true">
</footer>
<dialog id="camera" aria-labelledby="camera-title">
<h2 id="camera-title">${line('camera-title')}</h2>
<div class="finder"><video id="finder" muted playsinline></video></div>
<p>${line('camera-hint')}</p>
<div class="tools">
<button type="button" class="main" id="shoot">${line('camera-shoot')}</button>
<button type="button" id="close-camera">${line('camera-close')}</button>
</div>
</dialog>
</body>
</html>
`
}

function demoBar(
  line: (key: string, params?: Record<string, string>) => string,
  language: Language,
  personas: Persona[],
  name: string | undefined,
): string {
  const choice = ({ id, name: shown }: Persona) =>
    `<li><a class="button" href="/chat?lang=${language}&amp;persona=${encodeURIComponent(id)}">${escaped(shown)}</a></li>`
  const nobody = `<li><a class="button" href="/chat?lang=${language}&amp;persona=">${line('demo-nobody')}</a></li>`
  const who = name === undefined ? '' : ` ${line('demo-as', { name })}`
  return `<aside class="demo">
<details><summary>${line('demo')}${who} <span>${line('demo-choose')}</span></summary><ul>${nobody}${personas.map(choice).join('')}</ul></details>
</aside>
`
}

/** Drawn with the text's own colour; said by the text beside them. */
const ICONS = {
  scan: 'M4 9V5a1 1 0 0 1 1-1h4M15 4h4a1 1 0 0 1 1 1v4M20 15v4a1 1 0 0 1-1 1h-4M9 20H5a1 1 0 0 1-1-1v-4M7 12h10',
  photo: 'M4 7h4l2-3h4l2 3h4v12H4zM12 9.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z',
  place: 'M12 21s7-6.2 7-11.5a7 7 0 0 0-14 0C5 14.800 12 21 12 21zM12 7a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z',
} as const

const icon = (name: keyof typeof ICONS): string =>
  `<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"><path d="${ICONS[name]}" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/></svg>`

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (said: string): string => said.replace(/[&<>"']/g, (sign) => ENTITIES[sign]!)
