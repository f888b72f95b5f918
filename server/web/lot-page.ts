/** A lot's code as a page: the verdict first, then the goods, the road they came, what was checked, and where to ask. */
import type { LotProvenance, Party } from '../../domain/provenance.js'
import { daysBetween } from '../../domain/days.js'
import { headline } from '../../bot/cards/lot.js'
import { partyParam, placeParam } from '../../bot/cards/party.js'
import { keyed, text, type Param, type Text } from '../../locales/say.js'
import { showCode } from '../../qr/codes.js'
import { bandOf, withoutSign, type Tone } from './band.js'
import { doorCard } from './doors.js'
import type { Sheet } from './frame.js'
import { html, type Html } from './html.js'
import { icon } from './icons.js'
import { journeyOf } from './journey.js'
import { badgeOf, papersOf } from './papers.js'
import { codeGroups, footLines, qrOf, type HouseFacts } from './parts.js'
import type { Visit } from './visit.js'

/** Shown at this size; stored ones are drawn at twice the size for sharp screens. CSS pixels */
const PICTURE_SIDE = 240

export function lotPage(visit: Visit, lot: LotProvenance, house: HouseFacts): Sheet {
  const { say } = visit
  const [answer, ...more] = headline(lot)
  const tone = toneOf(lot)
  const word = keyed(`page.word.${tone === 'checked' || tone === 'stated' ? tone : lot.verdict}`)
  const address = `${house.codeRoot}/c/${lot.code}`
  const description = withoutSign(say(answer!))
  const advice = lot.verdict === 'valid' ? '' : say(keyed(`card.advice.${lot.verdict}`))
  return {
    title: `${say(word)} – ${lot.product.name} ${showCode(lot.code)}`,
    description,
    address,
    ...(lot.product.pictureKey !== null && { picture: `${address}/picture` }),
    body: html`${bandOf(visit, {
        tone,
        word,
        answer: answer!,
        more: more.map((line) => ({ text: line, strong: say(line) === advice })),
      })}
      <div class="wrap sheet two">
        ${goodsOf(visit, lot)}${journeyOf(visit, lot)}${papersOf(visit, lot.certificates)}
        ${badgeOf(visit, lot.badge)}${againOf(visit, address)}${doorCard(visit, house.doors, lot.code)}
      </div>`,
    foot: footLines(visit, house),
  }
}

const toneOf = ({ verdict, verified: { checks } }: LotProvenance): Tone => {
  if (verdict === 'valid') return checks.length > 0 ? 'checked' : 'stated'
  return verdict === 'sold_out' ? 'sold-out' : verdict
}

function goodsOf(visit: Visit, lot: LotProvenance): Html {
  const { product, lotCode, code } = lot
  const { say } = visit
  return html`<section class="card goods full">
    <figure>${pictureOf(visit, lot)}</figure>
    <div class="named">
      <h2>${product.name}</h2>
      ${product.brand !== null && html`<p>${product.brand}</p>`}
      <p class="soft">${say(text('page.lot'))} ${codeGroups(lotCode)}</p>
      ${code !== lotCode && html`<p>${say(text('page.unit', { code: showCode(code) }))}</p>`}
    </div>
    <dl class="facts">${factsOf(visit, lot)}</dl>
  </section>`
}

const pictureOf = ({ say }: Visit, { product, code }: LotProvenance): Html =>
  product.pictureKey === null
    ? icon('produce', 'picture no-picture')
    : html`<img
        class="picture"
        src="/c/${code}/picture"
        width="${PICTURE_SIDE}"
        height="${PICTURE_SIDE}"
        alt="${say(text('page.picture', { product: product.name }))}"
      />`

function factsOf({ say }: Visit, lot: LotProvenance): Html[] {
  const fact = (label: Text, said: Html | string): Html =>
    html`<div>
      <dt>${say(label)}</dt>
      <dd>${said}</dd>
    </div>`
  const bare = (what: Param): string => say(text('page.bare', { what }))
  const day = (label: Text, on: string | null): Html[] => (on === null ? [] : [fact(label, bare({ day: on }))])
  const who = (party: Party): Html =>
    html`<span class="capital">${bare(partyParam(party))}</span
      ><span class="soft">${bare(placeParam(party.place))}</span>`
  const { makers, shop, origin, harvestedOn, producedOn, expiresOn, daysLeft, quantity } = lot
  return [
    ...makers.map((maker) => fact(keyed(`page.made-by.${maker.role}`), who(maker))),
    ...(shop && !makers.some((maker) => isSame(maker, shop)) ? [fact(text('page.sold-by'), who(shop))] : []),
    ...(origin === null ? [] : [fact(text('page.origin'), origin)]),
    ...day(text('page.harvested'), harvestedOn),
    ...day(text('page.produced'), producedOn),
    ...(expiresOn === null || daysLeft === null
      ? []
      : [
          fact(
            text('page.expires'),
            html`${bare({ day: expiresOn })} <span class="soft">(${say(leftText(daysLeft))})</span>${freshness(lot)}`,
          ),
        ]),
    ...(quantity ? [fact(text('page.quantity'), bare(quantity))] : []),
  ]
}

/** Who sells what they made themselves is named once. */
const isSame = (a: Party, b: Party): boolean => a.name !== null && a.name === b.name && a.address === b.address

const leftText = (daysLeft: number): Text => {
  if (daysLeft < 0) return text('page.days-over', { count: -daysLeft })
  return daysLeft === 0 ? text('page.last-day') : text('page.days-left', { count: daysLeft })
}

/** How much of its time is gone, as a bar: says the same as the days beside it. */
function freshness({ verdict, harvestedOn, producedOn, expiresOn, daysLeft }: LotProvenance): Html {
  // A green bar would speak well of what must not be eaten.
  if (verdict === 'recalled' || verdict === 'destroyed' || verdict === 'held') return html``
  const begun = harvestedOn ?? producedOn
  if (begun === null || expiresOn === null || daysLeft === null) return html``
  const days = daysBetween(begun, expiresOn) + 1
  if (days <= 0) return html``
  const gone = Math.min(100, Math.max(0, Math.round(((days - daysLeft - 1) / days) * 100)))
  return html`<svg class="fresh" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">
    <rect class="left" width="100" height="4" />
    <rect class="${daysLeft < 0 ? 'gone' : 'all'}" width="${daysLeft < 0 ? 100 : gone}" height="4" />
  </svg>`
}

/** On paper only: back to what is true later. */
const againOf = ({ say }: Visit, address: string): Html =>
  html`<section class="card again">
    ${qrOf(address)}
    <p>${say(text('page.again', { address }))}</p>
  </section>`
