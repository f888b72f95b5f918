/** The way that goods came, as a road with a stop for each step: rather looked at than read. */
import type { LotProvenance, Step } from '../../domain/provenance.js'
import { dayOf, daysBetween, type Day } from '../../domain/days.js'
import { placeParam } from '../../bot/cards/party.js'
import { fold } from '../../locales/fold.js'
import { keyed, text } from '../../locales/say.js'
import { html, type Html } from './html.js'
import { icon, type Icon } from './icons.js'
import type { Visit } from './visit.js'

/** So many stops are drawn, half of them from either end: more would be read by nobody, and a page stays small. */
const STOPS_SHOWN = 14

const BY_KIND: Record<Exclude<Step['kind'], 'received'>, Icon> = {
  grown: 'farm',
  made: 'workshop',
  imported: 'ship',
  repacked: 'box',
  shipped: 'truck',
  on_sale: 'shop',
  inspected: 'inspect',
  held: 'held',
  recalled: 'recalled',
  sold_out: 'sold-out',
  destroyed: 'destroyed',
}
/** Goods come in at a place that looks like its owner's. */
const BY_ROLE: Record<Step['who']['role'], Icon> = {
  fruit_shop: 'shop',
  market_stall: 'stall',
  wholesaler: 'crates',
  importer: 'ship',
  farm: 'farm',
  processor: 'workshop',
  cake_maker: 'workshop',
}
const STOPS: readonly Step['kind'][] = ['held', 'recalled', 'destroyed']

const iconOf = ({ kind, who }: Step): Icon => (kind === 'received' ? BY_ROLE[who.role] : BY_KIND[kind])
const dayOfStep = ({ at }: Step): Day => ('day' in at ? at.day : dayOf(new Date(at.moment)))

export function journeyOf(visit: Visit, { steps, cut, product, verified: { chain } }: LotProvenance): Html {
  if (steps.length === 0) return html``
  const { say } = visit
  const stops = steps.map((step, i) =>
    stopOf(visit, step, isOneWay(steps) ? steps[i - 1] : undefined, product.name, i === steps.length - 1),
  )
  const hidden = Math.max(0, stops.length - STOPS_SHOWN)
  const head = hidden > 0 ? STOPS_SHOWN / 2 : stops.length
  const leftOut =
    hidden > 0 && html`<li class="left-out soft">${say(text('card.steps-hidden', { count: hidden }))}</li>`
  const note = cut ? text('card.chain-cut') : chain.complete ? undefined : text('card.chain-incomplete')
  return html`<section class="card journey full">
    <h2>${say(text('page.journey'))}</h2>
    ${isOneWay(steps) && sumOf(visit, steps)}
    <ol>
      ${stops.slice(0, head)}${leftOut}${stops.slice(head + hidden)}
    </ol>
    ${note && html`<p class="note">${say(note)}</p>`}
  </section>`
}

/** Beside each other run the ways of several raw foods: days between them would say nothing. */
const isOneWay = (steps: Step[]): boolean =>
  steps.filter(({ kind }) => kind === 'grown' || kind === 'imported').length <= 1

/** How long from the first place to the last: only where it moved at all. */
function sumOf({ say }: Visit, steps: Step[]): Html {
  const [first, last] = [steps[0]!, steps.at(-1)!]
  const [from, to] = [placeParam(first.who.place), placeParam(last.who.place)]
  const count = daysBetween(dayOfStep(first), dayOfStep(last))
  const moved = say(text('page.bare', { what: from })) !== say(text('page.bare', { what: to }))
  return moved && count > 0 ? html`<p class="sum">${say(text('page.journey-sum', { from, to, count }))}</p>` : html``
}

function stopOf({ say }: Visit, step: Step, before: Step | undefined, own: string, last: boolean): Html {
  const { kind, who, product, quantity } = step
  const day = dayOfStep(step)
  const later = before === undefined ? 0 : daysBetween(dayOfStep(before), day)
  const named = who.name !== null
  const what = say(keyed(`card.step-kind.${kind}`))
  const role = say(keyed(`card.class.${who.role}`))
  const other = product !== own && fold(product) !== fold(own)
  const stops = STOPS.includes(kind)
  return html`<li class="step${stops && ' stop'}${last && !stops && ' here'}">
    <span class="medal">${icon(iconOf(step))}</span>
    <div class="told">
      <p class="soft when">
        <time datetime="${day}">${say(text('page.bare', { what: { day } }))}</time>
        ${later > 0 && html`<span class="later">${say(text('page.later', { count: later }))}</span>`}
      </p>
      <p class="what capital">${what}${other && html`: ${product}`}</p>
      <p class="capital">${named ? who.name : role}</p>
      <p class="soft">${named && html`${role} · `}${say(text('page.bare', { what: placeParam(who.place) }))}</p>
      ${quantity && html`<p class="soft">${say(text('page.bare', { what: quantity }))}</p>`}
    </div>
  </li>`
}
