/**
 * The consumer's road: codes that were typed, photographed or linked lead to one provenance card, and everything else to
 * an answer that helps. Anybody may ask; how fast is limited, for each person.
 */
import { findCodes, findSign } from '../domain/codes.js'
import { follows } from '../domain/followers.js'
import { lookUp, type EstablishmentProvenance, type Provenance } from '../domain/provenance.js'
import { mayLookUp, recordScan, type MayLookUp } from '../domain/scans.js'
import type { ScanMeans } from '../prisma/generated/enums.js'
import { text, words, type Text } from '../locales/say.js'
import { readAsCode, showCode } from '../qr/codes.js'
import { codesTyped, readPayload, readTyped, type Foreign, type Payload } from '../qr/payload.js'
import { registryNumbers } from '../qr/registry-number.js'
import type { Reply } from './channels/channel.js'
import { besideSign, cardButtons, unknownButtons, withSign } from './cards/buttons.js'
import { establishmentCard } from './cards/establishment.js'
import { lotCard } from './cards/lot.js'
import type { ReadCode } from './flow/field.js'
import { clean, quote } from './flow/words.js'
import type { Here, Prepared, Saying } from './here.js'
import { offer } from './offers.js'

const SECONDS_A_MINUTE = 60
/** So many of the codes in one photo, or of the codes that may have been meant, are offered. */
const OFFERED_MAX = 5

/** What the codes of a photo say, each by itself. */
export const readPhoto = (here: Here, codes: ReadCode[]): Payload[] =>
  codes.map(({ text: payload, format }) => readPayload(payload, here.facts.own, format))

/**
 * What a photo holds: ours first, then what can be named, then how to take a better one. A shop's sign beside labels is the place
 * where they are.
 */
export async function answerPhoto(here: Here, said: Payload[], prepared: Prepared | null): Promise<Saying> {
  const ours = [...new Set(said.flatMap((one) => (one.kind === 'ours' ? [one.code] : [])))]
  if (ours.length === 1) return answerCode(here, ours[0]!, 'photo')
  if (ours.length > 1) return answerTogether(here, ours)
  const named =
    said.find(({ kind }) => kind === 'misspelt') ?? said.find(({ kind }) => kind === 'ours-digital-link') ?? said[0]
  if (named) return answerPayload(here, named, 'photo')
  const { unusable, unread } = prepared ?? {}
  if (unusable) return { replies: [{ text: [text(`check.refused.${unusable}`), text('check.better-photo')] }] }
  const why = unread ? [text(`check.unread.${unread}`)] : []
  const advice = [text('check.nothing-found'), ...why, text('check.better-photo'), text('check.as-file')]
  return { replies: [{ text: advice }] }
}

async function answerTogether(here: Here, codes: string[]): Promise<Saying> {
  const known = await findCodes(here.tx, codes)
  const signs = codes.filter((code) => ['badge', 'establishment'].includes(known.get(code)?.kind ?? ''))
  const labels = codes.filter((code) => !signs.includes(code))
  const isOneShop = new Set(signs.map((code) => known.get(code)!.establishmentId)).size === 1
  const sign = isOneShop ? signs[0] : undefined
  if (labels.length === 0 && sign !== undefined) return answerCode(here, sign, 'photo')
  if (labels.length === 1) return answerCode(here, labels[0]!, 'photo', sign)
  const asked = labels.length > 0 ? labels : signs
  return chooseAmong(here, asked, text('check.choose', { count: asked.length }), labels.length > 0 ? sign : undefined)
}

/** What somebody typed: several codes, one, a sign's number, something foreign; null: none of these. An invitation is not taken. */
export async function answerTyped(here: Here, typed: string): Promise<Saying | null> {
  const codes = codesTyped(typed, here.facts.own)
  if (codes.length > 1) return chooseAmong(here, codes, text('check.choose-typed', { count: codes.length }))
  const said = readTyped(typed, here.facts.own)
  if (said.kind === 'ours') return answerCode(here, said.code, 'typed')
  return (await answerSign(here, typed)) ?? (said.kind === 'no-code' ? null : answerPayload(here, said, 'typed'))
}

/** The number on a shop's sign tells what the sign's code tells. One that nobody has may be anything: it is not written down. */
async function answerSign(here: Here, typed: string): Promise<Saying | null> {
  const number = await findSign(here.tx, registryNumbers(typed))
  return number === null ? null : answerCode(here, number, 'typed')
}

/** One thing that a symbol, a link or typed words say. An invitation is the caller's affair. */
export async function answerPayload(here: Here, said: Payload, means: ScanMeans): Promise<Saying> {
  switch (said.kind) {
    case 'ours':
      return answerCode(here, said.code, means)
    case 'misspelt':
      return answerMisspelt(here, said)
    case 'ours-digital-link': {
      // The lot number of our own links is the short code.
      const code = said.lot === undefined ? undefined : readAsCode(said.lot)
      if (code) return answerCode(here, code, means)
      return {
        replies: [{ text: [text('check.digital-link-unknown', { gtin: printedGtin(said.gtin) }), text('check.how')] }],
      }
    }
    case 'foreign':
      return { replies: [{ text: [foreignText(said), text('check.how')] }] }
    case 'invitation':
      return { replies: [{ text: [text('check.how')] }] }
  }
}

/** `sign`: of the shop where the label is */
export async function answerCode(here: Here, code: string, means: ScanMeans, sign?: string): Promise<Saying> {
  const place = sign === undefined ? undefined : await placeOf(here, sign)
  // Together: they share a round trip.
  const [found, isFollowed] = await Promise.all([
    look(here, code, means, { placeId: place?.establishmentId }),
    follows(here.tx, here.actor, code),
  ])
  if ('waitSeconds' in found) return { replies: [{ text: [waitText(found)] }] }
  const choices =
    found.kind === 'unknown'
      ? unknownButtons(here, showCode(found.code))
      : await cardButtons(here, found, isFollowed, sign)
  const card = cardOf(found)
  const at = place ? [text('check.place', { name: place.who.name ?? place.establishmentCode })] : []
  return { replies: [{ ...card, text: [...card.text, ...at], choices }] }
}

async function placeOf({ tx, actor }: Here, sign: string): Promise<EstablishmentProvenance | undefined> {
  const found = await lookUp(tx, sign, { now: actor.now })
  return found.kind === 'establishment' ? found : undefined
}

/** What a button of `chooseAmong` stands for. */
export function answerChosen(here: Here, subject: string): Promise<Saying> {
  const { code, sign } = withSign(subject)
  return answerCode(here, code, 'typed', sign)
}

/** One look-up within the person's limits, written down. */
async function look(
  here: Here,
  code: string,
  means: ScanMeans,
  { candidates = [], placeId }: { candidates?: string[]; placeId?: number } = {},
): Promise<Provenance | Waiting> {
  const { tx, actor, inbound, pace, facts } = here
  const may = mayLookUp(pace, facts.limits)
  if (!may.allowed) return may
  const found = await lookUp(tx, code, { now: actor.now, candidates })
  const scanner = facts.scannerOf(inbound.channel, inbound.address)
  // Not waited for: it goes out with the replies, and should it fail, the transaction cannot commit.
  recordScan(
    tx,
    { at: actor.now, code, found, scanner, channel: actor.channel, means, chatId: actor.chatId, placeId },
    facts.limits,
  ).catch(() => undefined)
  return found
}

type Waiting = Extract<MayLookUp, { allowed: false }>

/** What a code told, as the message that says it on every channel. */
export function cardOf(found: Provenance): Reply {
  if (found.kind === 'lot') return lotCard(found)
  if (found.kind === 'establishment') return establishmentCard(found)
  return { text: [text('check.unknown', { code: showCode(found.code) }), text('check.unknown-advice')] }
}

async function answerMisspelt(
  here: Here,
  { typed, candidates }: Extract<Payload, { kind: 'misspelt' }>,
): Promise<Saying> {
  const found = await look(here, typed, 'typed', { candidates })
  if ('waitSeconds' in found) return { replies: [{ text: [waitText(found)] }] }
  const near = found.kind === 'unknown' ? found.candidates.slice(0, OFFERED_MAX) : []
  const read = quote(clean(typed))
  const misspelt = text('check.misspelt', { typed: read })
  if (near.length === 0)
    return { replies: [{ text: [misspelt, text('check.look-again')], choices: unknownButtons(here, read) }] }
  const choices = offerCodes(here, near)
  return {
    replies: [
      { text: [misspelt, text('check.did-you-mean', { count: near.length })], choices, question: 'check.did-you-mean' },
    ],
  }
}

async function chooseAmong(here: Here, codes: string[], which: Text, sign?: string): Promise<Saying> {
  const choices = offerCodes(here, codes.slice(0, OFFERED_MAX), sign)
  return { replies: [{ text: [which], choices, question: 'check.choose' }] }
}

/** Codes, offered to be looked up; `sign`: of the shop where they are. */
export const offerCodes = (here: Here, codes: string[], sign?: string) =>
  offer(
    here,
    codes.map((code) => ({
      value: code,
      action: 'check',
      subject: besideSign(code, sign),
      label: words(showCode(code)),
    })),
  )

const waitText = ({ waitSeconds, because }: Waiting): Text =>
  because === 'look-ups'
    ? text('check.slow-down', { count: waitSeconds })
    : text('check.too-many-misses', { count: Math.ceil(waitSeconds / SECONDS_A_MINUTE) })

function foreignText({ what, name, host, gtin, imitation, lot, expiresOn, damaged }: Foreign): Text {
  if (imitation) return text('check.foreign.imitation', { host: shownHost(host) })
  switch (what) {
    case 'vietqr':
      if (damaged) return text('check.foreign.vietqr-damaged')
      return text('check.foreign.vietqr', { name: name ? `, ${name}` : '' })
    case 'portal':
      return text('check.foreign.portal', { name: name ?? '', host: shownHost(host) })
    case 'link':
      return text('check.foreign.link', { host: shownHost(host) })
    case 'ean':
      return text('check.foreign.ean', { gtin: printedGtin(gtin) })
    case 'gs1':
      return text('check.foreign.gs1', {
        gtin: printedGtin(gtin),
        lot: lot === undefined ? '' : text('check.foreign.gs1-lot', { lot: quote(clean(lot)) }),
        expires: expiresOn === undefined ? '' : text('check.foreign.gs1-expires', { day: { day: expiresOn } }),
      })
    default:
      return text(`check.foreign.${what}`)
  }
}

/** Letters of a host that are shown: its end, which says whose it is. */
const HOST_SHOWN = 60
const shownHost = (host = ''): string => (host.length <= HOST_SHOWN ? host : `…${host.slice(1 - HOST_SHOWN)}`)

/** The digits under a barcode: 8, 12 or 13, which a GTIN is filled up from to 14. */
function printedGtin(gtin = ''): string {
  const digits = gtin.replace(/^0+/, '')
  return digits.padStart([8, 12, 13].find((length) => digits.length <= length) ?? 14, '0')
}
