/**
 * Puts a Text (a key with its parameters, free of language) into Vietnamese or English.
 * Texts live in vi.json (the source) and en.json; keys are typed from vi.json.
 */
import i18next, { type i18n } from 'i18next'
import en from './en.json' with { type: 'json' }
import vi from './vi.json' with { type: 'json' }

export const LANGUAGES = ['vi', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** Every house time is told in this zone. No daylight saving. */
export const TIME_ZONE = 'Asia/Ho_Chi_Minh'

type Leaves<T, P extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${P}${K}` : Leaves<T[K], `${P}${K}.`>
}[keyof T & string]
type Singular<K extends string> = K extends `${infer S}_${'one' | 'other'}` ? S : K

/** A key of vi.json; a plural's key is named without `_other`. */
export type TextKey = Singular<Leaves<typeof vi>>

/** What stands in a text's {{place}}. */
export type Param =
  | string
  | number
  | Text
  /** a day: YYYY-MM-DD */
  | { day: string }
  /** a moment: ISO 8601 */
  | { moment: string }
  /** an amount of a unit of measure: UN/CEFACT Recommendation 20 code */
  | { quantity: number; uom: string }
  | { list: Param[] }
  /** a name that our own data have in each language: of a unit, of a category */
  | { vi: string; en: string }

/** A text free of language: a key with parameters, or words that a person wrote and that are shown as they are. */
export type Text = { key: TextKey; with?: Record<string, Param> } | { words: string }

/** Typed maker of a Text. Keys put together at run time (a flow's own) go through `keyed`. */
export const text = (key: TextKey, params?: Record<string, Param>): Text => (params ? { key, with: params } : { key })
/** A key found by place, such as `register-lot.quantity.ask`; a test walks them all. */
export const keyed = (key: string, params?: Record<string, Param>): Text => text(key as TextKey, params)
/** Words of a person: shown as they are, never looked up. */
export const words = (said: string): Text => ({ words: said })

const texts: i18n = i18next.createInstance({
  lng: 'vi',
  fallbackLng: 'vi',
  resources: { vi: { translation: vi }, en: { translation: en } },
  interpolation: { escapeValue: false },
  initAsync: false,
})
void texts.init()

const numbers = {
  vi: new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 3 }),
  en: new Intl.NumberFormat('en-GB', { maximumFractionDigits: 3 }),
}
const moments = new Intl.DateTimeFormat('en-GB', {
  timeZone: TIME_ZONE,
  hour: '2-digit',
  minute: '2-digit',
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hourCycle: 'h23',
})

const sayParam = (language: Language, param: Param): string => {
  if (typeof param === 'string') return param
  if (typeof param === 'number') return numbers[language].format(param)
  if ('day' in param) return param.day.split('-').reverse().join('/')
  if ('moment' in param) {
    const parts = Object.fromEntries(moments.formatToParts(new Date(param.moment)).map((p) => [p.type, p.value]))
    return `${parts.hour}:${parts.minute} ${parts.day}/${parts.month}/${parts.year}`
  }
  if ('quantity' in param)
    return say(language, { key: `measure.${param.uom}` as TextKey, with: { count: param.quantity } })
  if ('vi' in param) return param[language]
  if ('list' in param) return param.list.map((p) => sayParam(language, p)).join(', ')
  return say(language, param)
}

const plurals = { vi: new Intl.PluralRules('vi'), en: new Intl.PluralRules('en') }

/** A text cut at its {{places}}: what stands before, a place's name, what stands after, the next one's name ... */
type Cut = readonly string[]
/** By language, key and plural form. Each text is found and cut once: a card says 25 of them, which took 0.4 ms and takes 0.1. */
const cuts = new Map<string, Cut>()
const PLACE = /\{\{\s*([\w-]+)\s*\}\}/

function cut(language: Language, key: string, count?: number): Cut {
  const name = `${language} ${key} ${count === undefined ? '' : plurals[language].select(count)}`
  const known = cuts.get(name)
  if (known) return known
  const found = texts
    .t(key, { lng: language, skipInterpolation: true, ...(count !== undefined && { count }) })
    .split(PLACE)
  cuts.set(name, found)
  return found
}

/** The text in this language. `count` chooses the plural and is shown as a number, as {{number}} too. */
export function say(language: Language, what: Text): string {
  if ('words' in what) return what.words
  const { count } = what.with ?? {}
  const number = typeof count === 'number' ? count : undefined
  const pieces = cut(language, what.key, number)
  let said = pieces[0]!
  for (let at = 1; at < pieces.length; at += 2) {
    const param = pieces[at] === 'number' && number !== undefined ? number : what.with?.[pieces[at]!]
    said += (param === undefined ? '' : sayParam(language, param)) + pieces[at + 1]!
  }
  return said
}

/** Whether a key has a text of its own in this language (for tests that walk all flows). */
export const hasText = (language: Language, key: string): boolean =>
  texts.exists(key, { lng: language, fallbackLng: [] }) ||
  texts.exists(`${key}_other`, { lng: language, fallbackLng: [] })

/** Adds texts for keys that the files do not have: a test's own flow brings its own. Keys that exist stay as they are. */
export const addTexts = (language: Language, tree: object): void => {
  texts.addResourceBundle(language, 'translation', tree, true, false)
  cuts.clear()
}
