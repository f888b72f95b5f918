/** One of a few fixed values. A long list is searched by typing part of a label. */
import { z } from 'zod'
import { keyed, text, type Text } from '../../../locales/say.js'
import { RESERVED, type Field, type Offer, type Offered } from '../field.js'
import { SHOWN_MAX } from '../lookups.js'
import { holdsWords, isLabel, quote } from '../words.js'

/** Labels are `<flow>.<question>.choice.<value>`. */
export function choice<const Value extends string>(values: readonly [Value, ...Value[]]): Field<Value> {
  const reserved = values.find((value) => RESERVED.includes(value))
  if (reserved) throw new Error(`The value "${reserved}" is the engine's own`)
  const label = (place: string, value: string): Text => keyed(`${place}.choice.${value}`)
  const all = (place: string): Offered[] =>
    values.map((value) => ({ value, label: label(place, value), answer: value }))
  const fitting = (place: string, search: string) => all(place).filter((one) => holdsWords(one.label, search))

  return {
    kind: 'choice',
    schema: z.enum(values),
    takes: [],
    numeric: false,
    typed: false,
    offer({ place, soFar }): Offer {
      const choices = typeof soFar === 'string' ? fitting(place, soFar) : all(place)
      const hidden = choices.length - SHOWN_MAX
      if (hidden <= 0) return { choices }
      return { choices: choices.slice(0, SHOWN_MAX), hints: [text('fields.search.more', { count: hidden })] }
    },
    read(said, { place }) {
      if (said.kind !== 'text') return { reject: text('fields.choice.unknown') }
      const exact = all(place).find((one) => isLabel(said.text, one.label))
      if (exact) return { accept: exact.value }
      // A short list is all on the screen: nothing is hidden that a search could bring up.
      if (values.length <= SHOWN_MAX) return { reject: text('fields.choice.unknown') }
      return fitting(place, said.text).length > 0
        ? { partial: said.text }
        : { reject: text('fields.search.none', { said: quote(said.text) }) }
    },
    show: (value, place) => label(place, value),
    texts: (place) => [
      ...values.map((value) => `${place}.choice.${value}`),
      ...['fields.choice.unknown', 'fields.search.more', 'fields.search.none'],
    ],
  }
}
