/**
 * Markup that cannot forget to escape: what stands in a `html` template's places is text, unless it is markup made by
 * another one. Places stand between tags or within quoted attributes, never in a script or a style.
 */

/** Markup, as opposed to text. */
export class Html {
  constructor(readonly markup: string) {}
}

/** `false`, `null` and `undefined` are nothing, so that `condition && html...` reads well. */
export type Value = string | number | Html | readonly Value[] | false | null | undefined

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
/** Marks that turn the direction of what follows, and control characters: a name could use them to rewrite a sentence. */
const MISLEADING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|(?![\n\t])\p{Cc}/gu

const escaped = (said: string): string => said.replace(MISLEADING, '').replace(/[&<>"']/g, (sign) => ENTITIES[sign]!)

const markupOf = (value: Value): string => {
  if (value === false || value === null || value === undefined) return ''
  if (value instanceof Html) return value.markup
  if (typeof value === 'object') return value.map(markupOf).join('')
  return escaped(String(value))
}

/** @throws where a place stands in an attribute without quotes, which escaping could not hold */
export const html = (parts: TemplateStringsArray, ...values: Value[]): Html =>
  new Html(
    parts
      .map((part, i) => {
        if (i < values.length && /=\s*$/.test(part)) throw new Error(`an attribute without quotes: ${part}`)
        return part + markupOf(i < values.length ? values[i] : undefined)
      })
      .join(''),
  )

/** Our own drawings, written in the source or computed from numbers: nothing that came from outside. */
export const drawing = (markup: string): Html => new Html(markup)
