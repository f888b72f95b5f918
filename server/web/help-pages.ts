/** Pages for what is no lot: each says what it is instead, and how to go on. */
import { cardOf } from '../../bot/look-up.js'
import type { Provenance, UnknownCode } from '../../domain/provenance.js'
import { text, type Text } from '../../locales/say.js'
import type { Band } from './band.js'
import { doorCard } from './doors.js'
import type { Sheet } from './frame.js'
import { html, type Html } from './html.js'
import { codeGroups, EXAMPLE_CODE, footLines, lookForm, type HouseFacts } from './parts.js'
import { messagePage } from './message-page.js'
import type { Visit } from './visit.js'

/** Of codes that may have been meant, so many are offered, as in the chat. */
const NEAR_SHOWN = 5
/** Characters of what was asked for that are said back. */
const SAID_BACK = 40

/** A code in the right form that was never issued. */
export const unknownPage = (visit: Visit, found: UnknownCode, house: HouseFacts): Sheet => {
  const [answer, advice] = cardOf(found).text
  const band: Band = {
    tone: 'unknown',
    word: text('page.word.unknown'),
    answer: answer!,
    more: [{ text: advice!, strong: true }],
  }
  return help(visit, house, band, { code: found.code })
}

/** Nearly a code: what it may have been, of codes that were issued. */
export function misspeltPage(visit: Visit, typed: string, found: Provenance, house: HouseFacts): Sheet {
  const near = found.kind === 'unknown' ? found.candidates.slice(0, NEAR_SHOWN) : []
  const answer = text('check.misspelt', { typed })
  const band: Band = { tone: 'unknown', word: text('page.word.misspelt'), answer }
  if (near.length === 0)
    return help(visit, house, { ...band, more: [{ text: text('check.look-again') }] }, { code: typed })
  const offered = html`<section class="card full">
    <h2>${visit.say(text('check.did-you-mean'))}</h2>
    <ul class="near">
      ${near.map((code) => html`<li><a href="${visit.to(`/c/${code}`)}">${codeGroups(code)}</a></li>`)}
    </ul>
  </section>`
  return help(visit, house, band, { offered, code: typed })
}

export const noCodePage = (visit: Visit, said: string, house: HouseFacts): Sheet =>
  help(visit, house, {
    tone: 'unknown',
    word: text('page.word.no-code'),
    answer: text('page.no-code', { said: shortened(said) }),
    more: [{ text: text('page.no-code-how') }],
  })

/** A GS1 Digital Link that leads to no lot of ours. `why`: the sentence that says so */
export const noLotPage = (visit: Visit, why: Text, house: HouseFacts): Sheet =>
  help(visit, house, {
    tone: 'unknown',
    word: text('page.word.unknown'),
    answer: why,
    more: [{ text: text('page.gtin-how') }],
  })

/** What an invitation's link opens where no chat-bot answers it itself. */
export const invitationPage = (visit: Visit, code: string, house: HouseFacts): Sheet =>
  told(
    visit,
    house,
    { tone: 'checked', word: text('page.word.invitation'), answer: text('home.invitation', { code }) },
    doorCard(visit, house.doors, code),
  )

const help = (
  visit: Visit,
  house: HouseFacts,
  band: Band,
  { offered, code = '' }: { offered?: Html; code?: string } = {},
): Sheet =>
  told(
    visit,
    house,
    band,
    html`${offered}
      <section class="card full">${lookForm(visit, EXAMPLE_CODE, code)}</section>
      ${doorCard(visit, house.doors)}`,
  )

const told = (visit: Visit, house: HouseFacts, band: Band, below: Html): Sheet =>
  messagePage(visit, band, below, footLines(visit, house))

const shortened = (said: string): string => {
  const letters = [...said]
  return letters.length > SAID_BACK ? `${letters.slice(0, SAID_BACK).join('')}…` : said
}
