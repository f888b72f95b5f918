/** The front page: what this is, something to try at once, and where to talk. Personas and demo codes in the demo only. */
import { dayOf } from '../../domain/days.js'
import { keyed, text, type TextKey } from '../../locales/say.js'
import { DEMO_CODES } from '../../prisma/seed/demo.js'
import { TWO_TIERS_FROM } from '../../prisma/seed/units.js'
import { doorList } from './doors.js'
import type { Sheet } from './frame.js'
import { html, type Html } from './html.js'
import { icon, type Icon } from './icons.js'
import { codeGroups, EXAMPLE_CODE, lookForm, qrOf, type HouseFacts } from './parts.js'
import type { Visit } from './visit.js'

/** Which of the demo's codes are shown, the plainest first, each with the sign that its page has. */
const SAMPLES = [
  ['valid', 'checked'],
  ['cake', 'checked'],
  ['expired', 'expired'],
  ['recalled', 'recalled'],
  ['held', 'held'],
  ['soldOut', 'sold-out'],
] as const satisfies readonly (readonly [keyof typeof DEMO_CODES, Icon])[]

/** Whom the web chat can be opened as, by the names that `talk --as` takes; officials while their unit stands. */
const PERSONAS: readonly { id: string; from?: string; before?: string }[] = [
  { id: 'consumer' },
  { id: 'owner-fruit' },
  { id: 'district-officer', before: TWO_TIERS_FROM },
  { id: 'ward-officer', from: TWO_TIERS_FROM },
  { id: 'city-officer' },
]

export function landingPage(visit: Visit, house: HouseFacts): Sheet {
  const line = (key: TextKey): string => visit.say(text(key))
  const tile = (title: TextKey, how: TextKey): Html =>
    html`<section class="card">
      <h2>${line(title)}</h2>
      <p>${line(how)}</p>
    </section>`
  return {
    title: line('home.page-title'),
    description: line('home.what'),
    address: `${house.codeRoot}/`,
    body: html`<section class="hero">
        <div class="wrap">
          <div>
            <h1>${line('home.title')}</h1>
            <p>${line('home.what')}</p>
            ${ROAD}
          </div>
          <div class="card">
            <h2>${line('home.look')}</h2>
            ${lookForm(visit, house.demo ? DEMO_CODES.valid : EXAMPLE_CODE)}
          </div>
        </div>
      </section>
      <div class="wrap sheet">
        ${
          house.demo &&
          html`<p class="demo">${line('home.demo')}</p>
            ${samplesOf(visit, house)}${personasOf(visit, house)}`
        }
        <section class="card doors">
          <h2>${line('home.channels')}</h2>
          <p>${line('home.channels-how')}</p>
          <div class="note">${doorList(visit, house.doors)}</div>
        </section>
        <div class="tiles">${tile('home.shops', 'home.shops-how')}${tile('home.officials', 'home.officials-how')}</div>
      </div>`,
    ...(house.demo && { foot: html`<p>${line('home.talk')}</p>` }),
  }
}

/** Symbols that a phone or the chat can read, and links for those who sit before the screen. */
const samplesOf = ({ say, to }: Visit, { codeRoot }: HouseFacts): Html =>
  html`<section class="card">
    <h2>${say(text('home.demo-codes'))}</h2>
    <ul class="samples">
      ${SAMPLES.map(([name, sign]) => {
        const code = DEMO_CODES[name]
        return html`<li>
          <a class="sample" href="${to(`/c/${code}`)}"
            >${qrOf(`${codeRoot}/c/${code}`)}<span class="name"
              >${icon(sign)}<span class="capital">${say(keyed(`home.code.${name}`))}</span></span
            >${codeGroups(code)}</a
          >
        </li>`
      })}
    </ul>
  </section>`

const personasOf = ({ say, chosen }: Visit, { now }: HouseFacts): Html => {
  const today = dayOf(now)
  const there = PERSONAS.filter(({ from, before }) => (!from || today >= from) && (!before || today < before))
  return html`<section class="card not-printed">
    <h2>${say(text('home.persona-title'))}</h2>
    <p>${say(text('home.persona-how'))}</p>
    <div class="people note">
      ${there.map(
        ({ id }) =>
          html`<form action="/chat">
            ${chosen && html`<input type="hidden" name="lang" value="${chosen}" />`}
            <input type="hidden" name="persona" value="${id}" /><button class="button plain">
              ${say(keyed(`home.persona.${id}`))}<small>${say(keyed(`home.persona.${id}-does`))}</small>
            </button>
          </form>`,
      )}
    </div>
  </section>`
}

/** What it is about, for those who look before they read. */
const ROAD = html`<div class="road" aria-hidden="true">
  ${(['farm', 'truck', 'crates', 'shop', 'checked'] as const).map((name) => html`<span class="medal">${icon(name)}</span>`)}
</div>`
