/** Ways from a page into a talk, with the code in hand: each only where it leads somewhere. */
import { text, type Text } from '../../locales/say.js'
import { showCode } from '../../qr/codes.js'
import { html, type Html } from './html.js'
import { icon } from './icons.js'
import type { Visit } from './visit.js'

export interface Doors {
  /** Without @; undefined: not known */
  telegramBot?: string
  /** Of the Official Account */
  zaloOaId?: string
}

interface Door {
  href: string
  label: Text
}

/** The web chat is always there. `code`: what the talk begins with. */
function doorsTo(visit: Visit, { telegramBot, zaloOaId }: Doors, code: string | undefined): Door[] {
  const start = code === undefined ? '' : `?start=${code}`
  return [
    ...(zaloOaId === undefined ? [] : [{ href: `https://zalo.me/${zaloOaId}`, label: text('page.door.zalo') }]),
    ...(telegramBot === undefined
      ? []
      : [{ href: `https://t.me/${telegramBot}${start}`, label: text('page.door.telegram') }]),
    { href: visit.to('/chat', code === undefined ? {} : { start: code }), label: text('page.door.chat') },
  ]
}

export function doorList(visit: Visit, doors: Doors, code?: string): Html {
  const { say } = visit
  // Zalo's links cannot carry a code.
  const how =
    doors.zaloOaId !== undefined &&
    code !== undefined &&
    html`<p class="note soft">${say(text('page.door.zalo-how', { code: showCode(code) }))}</p>`
  return html`<ul>
      ${doorsTo(visit, doors, code).map(
        ({ href, label }) => html`<li><a class="button" href="${href}">${icon('chat')}${say(label)}</a></li>`,
      )}
    </ul>
    ${how}`
}

export const doorCard = (visit: Visit, doors: Doors, code?: string): Html =>
  html`<section class="card doors">
    <h2>${visit.say(text('page.doors'))}</h2>
    ${doorList(visit, doors, code)}
  </section>`
