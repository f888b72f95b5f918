/** Where something is: a place that is shared, an address that is typed, or a ward that is chosen. */
import { z } from 'zod'
import { text, words, type Text } from '../../../locales/say.js'
import { withFound, type At, type Field, type Offer, type Offered, type Read } from '../field.js'
import { SHOWN_MAX, ward, type Found, type Ward } from '../lookups.js'
import { isLabel, quote } from '../words.js'

const point = { latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) }
const kept = z.object({ ward, ...z.object(point).partial().shape, address: z.string().optional() })
/** `latitude` and `longitude` (WGS 84, degrees) when the place was shared, `address` when one was typed. */
export type Place = z.infer<typeof kept>

/** What was said, while several wards may be meant. */
const between = z.union([z.object(point), z.object({ address: z.string() })])
type Between = z.infer<typeof between>

/** Longest address, in letters. */
const ADDRESS_MAX = 200

export const place = (): Field<Place> => ({
  kind: 'place',
  schema: kept,
  takes: ['place'],
  numeric: false,
  typed: true,
  wants: 'place',
  offer(at): Offer {
    const said = between.safeParse(at.soFar)
    return wardsOf(at, said.success ? said.data : { all: true }, ({ items, more = 0 }) => {
      const hidden = more + Math.max(items.length - SHOWN_MAX, 0)
      const choices = items.slice(0, SHOWN_MAX).map((ward) => offered(ward, said.success ? said.data : {}))
      return { choices, ...(hidden > 0 && { hints: [text('fields.search.more', { count: hidden })] }) }
    })
  },
  read(said, at): Read {
    if (said.kind === 'place') {
      const where = { latitude: said.latitude, longitude: said.longitude }
      return settle(at, where, text('fields.place.outside'))
    }
    if (said.kind !== 'text' || said.text === '') return { reject: text('fields.place.unknown', { said: '' }) }
    if ([...said.text].length > ADDRESS_MAX) return { reject: text('fields.place.long', { count: ADDRESS_MAX }) }
    return settle(at, { address: said.text }, text('fields.place.unknown', { said: quote(said.text) }))
  },
  show: ({ ward, address }) => (address ? text('fields.place.shown', { ward: ward.name, address }) : words(ward.name)),
  texts: () => [
    ...['outside', 'unknown', 'long', 'which', 'shown'].map((name) => `fields.place.${name}`),
    'fields.search.more',
  ],
})

const offered = (ward: Ward, said: Partial<Between>): Offered => ({
  value: String(ward.id),
  label: words(ward.name),
  answer: { ...said, ward },
})

const wardsOf = <T>(at: At<unknown>, query: Between | { all: true }, then: (found: Found<Ward>) => T) =>
  withFound(at, { kind: 'place', query }, then)

/** One ward is the answer; among several the person chooses. */
const settle = (at: At<unknown>, said: Between, none: Text): Read =>
  wardsOf(at, said, ({ items, refused }): Read => {
    const [only, ...others] = items
    if (!only) return { reject: refused ?? none }
    // A ward's bare name is no address.
    if (others.length === 0 && 'address' in said && isLabel(said.address, words(only.name)))
      return { accept: { ward: only } }
    return others.length === 0
      ? { accept: { ...said, ward: only } }
      : { partial: said, note: text('fields.place.which') }
  })
