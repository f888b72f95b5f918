/** What is around every page: head, link preview, the house's line, the foot; and the headers it is sent with. */
import type { Response } from 'express'
import { text } from '../../locales/say.js'
import { extent, outlines } from '../../qr/typeset.js'
import { assetPath } from './assets.js'
import { drawing, html, type Html } from './html.js'
import type { Visit } from './visit.js'

export interface Sheet {
  title: string
  /** Shown where somebody passes the link on */
  description: string
  body: Html
  /** Absolute, of the page itself */
  address?: string
  /** Absolute, of a picture for link previews */
  picture?: string
  /** The last lines: what the page does not say, of which moment it is */
  foot?: Html
}

/** Pages run no script and take nothing from elsewhere, whatever a name in the database holds. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function sendPage(response: Response, visit: Visit, sheet: Sheet): void {
  response
    .set({
      'Content-Security-Policy': POLICY,
      // A form of ours says where it comes from, as the chat asks; other sites learn nothing.
      'Referrer-Policy': 'same-origin',
      'Cache-Control': 'no-store',
      'Content-Language': visit.language,
    })
    .vary('Accept, Accept-Language, User-Agent')
    .type('html')
    .send(documentOf(visit, sheet).markup)
}

const documentOf = (visit: Visit, sheet: Sheet): Html =>
  html`<!doctype html>
    <html lang="${visit.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${sheet.title}</title>
        ${previewOf(visit, sheet)}
        <link rel="stylesheet" href="${assetPath('house.css')}" />
        <link rel="icon" href="${assetPath('icon.svg')}" type="image/svg+xml" />
      </head>
      <body>
        ${topOf(visit)}
        <main>${sheet.body}</main>
        <footer class="foot"><div class="wrap">${sheet.foot}${footOf(visit)}</div></footer>
      </body>
    </html> `

const previewOf = ({ language, say }: Visit, { title, description, address, picture }: Sheet): Html =>
  html`<meta name="description" content="${description}" />
    <meta property="og:type" content="website" />
    <meta property="og:site_name" content="${say(text('page.name'))}" />
    <meta property="og:locale" content="${language === 'vi' ? 'vi_VN' : 'en_GB'}" />
    <meta property="og:title" content="${title}" />
    <meta property="og:description" content="${description}" />${
      address !== undefined && html` <meta property="og:url" content="${address}" />`
    }${
      picture !== undefined &&
      html` <meta property="og:image" content="${picture}" />
        <meta name="twitter:card" content="summary" />`
    }`

/** The name and the other language are drawn, not written: a page's first words are its answer. */
const topOf = (visit: Visit): Html => {
  const other = visit.language === 'vi' ? 'en' : 'vi'
  return html`<header class="top">
      <div class="wrap">
        <a href="${visit.to('/')}" aria-label="${visit.say(text('page.home'))}">${WORDMARK}</a
        ><a
          class="language"
          hreflang="${other}"
          lang="${other}"
          href="${inOther(visit, other)}"
          aria-label="${visit.say(text('page.other-language'))}"
        ></a>
      </div>
    </header>
    <div class="awning"></div>`
}

const inOther = ({ asked }: Visit, lang: string): string => {
  const { pathname, searchParams } = new URL(asked, 'http://localhost')
  searchParams.set('lang', lang)
  return `${pathname}?${searchParams.toString()}`
}

const footOf = ({ asked, say, to }: Visit): Html =>
  /^\/(\?|$)/.test(asked) ? html`` : html`<p class="not-printed"><a href="${to('/')}">${say(text('page.home'))}</a></p>`

const WORDMARK = wordmark('Rõ Nguồn')

/** In the font of the labels, so that it looks the same on every machine. One em is 100. */
function wordmark(name: string): Html {
  const { width, up, down } = extent(name, 'bold')
  const [left, top] = [Math.ceil(width * 100), Math.ceil(up * 100)]
  return html`<svg
    class="wordmark"
    viewBox="0 0 ${left} ${Math.ceil((up + down) * 100)}"
    aria-hidden="true"
    focusable="false"
  >
    <path d="${drawing(outlines(name, 'bold', 100, 0, top))}" />
  </svg>`
}
