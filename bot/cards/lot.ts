/**
 * The provenance card of a lot. Its first line is the answer: a warning where there is one, else what was verified, by whom
 * and when. Never that goods are genuine, which nobody can know.
 */
import type { BadgeSeen, CheckedCertificate, Check, LotProvenance, Step } from '../../domain/provenance.js'
import { dayOf } from '../../domain/days.js'
import { fold } from '../../locales/fold.js'
import { keyed, text, words, type Param, type Text } from '../../locales/say.js'
import { showCode } from '../../qr/codes.js'
import type { FileOut, Reply } from '../channels/channel.js'
import { partyParam, placeParam, unitParam } from './party.js'

const JPEG = 'image/jpeg'
const PNG = 'image/png'
/** So many steps are shown: a phone's screen. The oldest and the newest count most, those between are left out. */
const STEPS_SHOWN = 7
/** Certificates shown, those of the maker and the shop. */
const CERTIFICATES_SHOWN = 5

export function lotCard(lot: LotProvenance): Reply {
  return {
    text: [...headline(lot), ...about(lot), ...journey(lot), ...papers(lot), ...shopBadge(lot)],
    files: picture(lot),
  }
}

/** The answer, its first line first; then why, what to do, and on whose word. */
export function headline(lot: LotProvenance): Text[] {
  const { verdict } = lot
  if (verdict === 'valid') return [verified(lot)]
  const by: Param = lot.status?.unit ? unitParam(lot.status.unit) : text('card.the-shop-itself')
  const since: Param = lot.status ? { moment: lot.status.since.toISOString() } : ''
  const lines: Text[] = []
  if (verdict === 'expired')
    lines.push(text('card.verdict.expired', { day: { day: lot.expiresOn! }, count: -lot.daysLeft! }))
  else lines.push(keyed(`card.verdict.${verdict}${lot.because === 'source' ? '-source' : ''}`, { by, since }))
  if (lot.status?.reason && verdict !== 'sold_out') lines.push(text('card.reason', { reason: lot.status.reason }))
  lines.push(keyed(`card.advice.${verdict}`))
  lines.push(verified(lot))
  return lines
}

function verified({ verdict, verified: { checks, stated } }: LotProvenance): Text {
  const [check] = checks
  // A tick below a warning would take it back.
  if (check)
    return text(verdict === 'valid' ? 'card.verified.checked' : 'card.verified.checked-before', checkParams(check))
  return text('card.verified.stated', { who: partyParam(stated.by), on: { day: stated.on } })
}

const checkParams = ({ what, by, on, holder }: Check): Record<string, Param> => ({
  what: keyed(`card.paper.${what}`),
  by: unitParam(by),
  on: { day: on },
  holder,
})

function about(lot: LotProvenance): Text[] {
  const lines: Text[] = [
    words(''),
    text('card.product', {
      product: lot.product.brand ? `${lot.product.name} (${lot.product.brand})` : lot.product.name,
    }),
  ]
  lines.push(text('card.lot', { code: showCode(lot.lotCode) }))
  for (const maker of lot.makers)
    lines.push(keyed(`card.maker.${maker.role}`, { who: partyParam(maker), place: placeParam(maker.place) }))
  if (lot.origin) lines.push(text('card.origin', { origin: lot.origin }))
  if (lot.harvestedOn) lines.push(text('card.harvested', { day: { day: lot.harvestedOn } }))
  if (lot.producedOn) lines.push(text('card.produced', { day: { day: lot.producedOn } }))
  if (lot.expiresOn && lot.daysLeft !== null) lines.push(expiry(lot.expiresOn, lot.daysLeft))
  if (lot.quantity) lines.push(text('card.quantity', { quantity: lot.quantity }))
  return lines
}

function expiry(expiresOn: string, daysLeft: number): Text {
  const day: Param = { day: expiresOn }
  if (daysLeft < 0) return text('card.expired', { day })
  return daysLeft === 0 ? text('card.expires-today', { day }) : text('card.expires', { day, count: daysLeft })
}

function journey({ steps, cut, product, verified: { chain } }: LotProvenance): Text[] {
  if (steps.length === 0) return []
  const hidden = Math.max(0, steps.length - STEPS_SHOWN)
  const head = hidden > 0 ? Math.ceil(STEPS_SHOWN / 2) : steps.length
  const lines = steps.map((step, index) => stepLine(step, index + 1, product.name))
  const shown =
    hidden > 0
      ? [...lines.slice(0, head), text('card.steps-hidden', { count: hidden }), ...lines.slice(head + hidden)]
      : lines
  return [
    words(''),
    text('card.journey'),
    ...shown,
    ...(cut ? [text('card.chain-cut')] : chain.complete ? [] : [text('card.chain-incomplete')]),
  ]
}

/** What was something else before is named: cốm on its way into bánh cốm. */
const stepLine = ({ kind, at, who, product, quantity }: Step, nth: number, own: string): Text =>
  text('card.step', {
    nth,
    at: 'day' in at ? at : { day: dayOf(new Date(at.moment)) },
    what: keyed(`card.step-kind.${kind}`),
    product: product === own || fold(product) === fold(own) ? '' : text('card.step-product', { product }),
    who: partyParam(who),
    place: placeParam(who.place),
    quantity: quantity ? text('card.step-quantity', { quantity }) : '',
  })

function papers({ certificates }: LotProvenance): Text[] {
  if (certificates.length === 0) return []
  const shown = certificates.slice(0, CERTIFICATES_SHOWN)
  return [words(''), text('card.papers'), ...shown.map(certificateLine)]
}

export function certificateLine({ kind, holder, validUntil, expired, checkedBy, checkedOn }: CheckedCertificate): Text {
  const params: Record<string, Param> = {
    what: keyed(`card.paper.${kind}`),
    holder,
    by: unitParam(checkedBy),
    on: { day: checkedOn },
  }
  if (validUntil === null) return text('card.paper-line', params)
  return text(expired ? 'card.paper-line-expired' : 'card.paper-line-until', { ...params, until: { day: validUntil } })
}

const shopBadge = ({ badge }: LotProvenance): Text[] => (badge ? [words(''), badgeLine(badge)] : [])

export const badgeLine = ({ number, state, validUntil, issuedBy }: BadgeSeen): Text =>
  keyed(`card.badge.${state}`, { number, until: { day: validUntil }, by: unitParam(issuedBy) })

function picture({ product: { pictureKey, name } }: LotProvenance): FileOut[] {
  if (!pictureKey) return []
  const png = pictureKey.endsWith('.png')
  return [{ key: pictureKey, mime: png ? PNG : JPEG, name: `${name}.${png ? 'png' : 'jpg'}`, asDocument: false }]
}
