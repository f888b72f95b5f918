/** What every page of the house needs to know beside the visit. */
import { text } from '../../locales/say.js'
import { modulesPath, QUIET_ZONE, symbolOf } from '../../qr/symbol.js'
import { CODE_OF_LIMIT, codeOf, showCode } from '../../qr/codes.js'
import type { Doors } from './doors.js'
import { drawing, html, type Html } from './html.js'
import type { Visit } from './visit.js'

export interface HouseFacts {
  now: Date
  demo: boolean
  /** Where codes lead, without a trailing slash */
  codeRoot: string
  doors: Doors
  hotline?: string
}

/** How a code looks; the last of its kind, which nobody is issued. */
export const EXAMPLE_CODE = codeOf(CODE_OF_LIMIT - 1)

/** A code as people see it, in groups that stay together when it is copied. */
export const codeGroups = (code: string): Html => {
  const groups = showCode(code).split('-')
  return html`<span class="code">${groups.map((group, i) => html`${i > 0 && '-'}<span>${group}</span>`)}</span>`
}

/** The symbol of an address; nothing when it is longer than a symbol holds. */
export function qrOf(address: string): Html {
  const dark = symbolOf(address)
  if (!dark) return html``
  const side = dark.length + 2 * QUIET_ZONE
  const path = modulesPath(dark, { x: QUIET_ZONE, y: QUIET_ZONE, module: 1 })
  return html`<svg
    class="qr"
    viewBox="0 0 ${side} ${side}"
    shape-rendering="crispEdges"
    aria-hidden="true"
    focusable="false"
  >
    <path d="${drawing(path)}" />
  </svg>`
}

/** A code typed by hand; without script, so that it works on any phone. */
export const lookForm = ({ say, chosen }: Visit, example: string, code = ''): Html =>
  html`<form class="look" action="/c" method="get">
    ${chosen && html`<input type="hidden" name="lang" value="${chosen}" />`}<label for="code"
      >${say(text('page.look.label'))}</label
    >
    <div class="line-up">
      <input
        id="code"
        name="code"
        value="${code}"
        required
        maxlength="40"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck="false"
        aria-describedby="code-how"
      /><button class="button">${say(text('page.look.go'))}</button>
    </div>
    <p id="code-how" class="soft">${say(text('page.look.example', { code: showCode(example) }))}</p>
  </form>`

/** The last lines of a page about goods. */
export const footLines = ({ say }: Visit, { now, demo, hotline }: HouseFacts): Html =>
  html`<p>${say(text('page.copied'))}</p>
    ${hotline !== undefined && html`<p>${say(text('page.hotline', { hotline }))}</p>`}
    <p>${say(text('page.as-of', { at: { moment: now.toISOString() } }))}${demo && html` ${say(text('page.demo'))}`}</p>`
