/** A flow that uses every field, with its texts and a small world that answers its look-ups. */
import { choice } from '../../../bot/flow/fields/choice.js'
import { code } from '../../../bot/flow/fields/code.js'
import { day } from '../../../bot/flow/fields/day.js'
import { list } from '../../../bot/flow/fields/list.js'
import { lot } from '../../../bot/flow/fields/lot.js'
import { phone } from '../../../bot/flow/fields/phone.js'
import { photos } from '../../../bot/flow/fields/photos.js'
import { place } from '../../../bot/flow/fields/place.js'
import { product } from '../../../bot/flow/fields/product.js'
import { quantity } from '../../../bot/flow/fields/quantity.js'
import { text } from '../../../bot/flow/fields/text.js'
import { addDays } from '../../../bot/flow/fields/days.js'
import { flow, type AnyFlow } from '../../../bot/flow/flow.js'
import { textsOf } from '../../../bot/flow/texts.js'
import { MEASURES } from '../../../domain/measures.js'
import { fold } from '../../../locales/fold.js'
import { addTexts, hasText, LANGUAGES, type Language } from '../../../locales/say.js'
import { Drive, type DriveOptions, type Knows } from './drive.js'

export const COLOURS = ['red', 'green', 'blue', 'white', 'black', 'brown', 'pink', 'grey', 'gold', 'navy'] as const

/** Called "trial", as no real flow is. */
export const trial = flow('trial')
  .ask('product', product())
  .ask('called', text({ upTo: 20 }), { when: (a) => a.product.new === true })
  .ask('quantity', quantity({ measures: MEASURES, usual: (a) => a.product.uom }))
  .ask('kind', choice(['fresh', 'dried', 'other']))
  .ask('what', text({ upTo: 500, suggest: (a) => [`as ${a.kind}`] }), { when: (a) => a.kind === 'other' })
  .ask('colour', choice(COLOURS), { optional: true })
  .ask('made', day({ side: 'past' }))
  .ask(
    'keeps',
    day({ side: 'any', from: (a) => a.made, suggest: (a) => [addDays(a.made, a.product.shelfLifeDays ?? 3)] }),
  )
  .ask('supplier', list('suppliers'), { optional: true })
  .many(
    'inputs',
    (item) => item.ask('lot', lot()).ask('used', quantity({ measures: MEASURES, usual: (a) => a.lot.uom })),
    { optional: true, upTo: 3 },
  )
  .ask('papers', photos({ upTo: 3 }), { optional: true })
  .ask('place', place())
  .ask('phone', phone(), { optional: true })
  .ask('code', code(), { optional: true })
  .review()
  .done((answers, { save }: { save: (all: unknown) => void }) => {
    save(answers)
    return { replies: [] }
  })

const PRODUCTS = [
  { id: 1, name: 'Cam Canh', uom: 'KGM', shelfLifeDays: 14 },
  { id: 2, name: 'Cám gạo', uom: 'KGM', shelfLifeDays: null },
  { id: 3, name: 'Bánh cốm', uom: 'XBX', shelfLifeDays: 5 },
]
const LOTS = [
  { id: 7, code: '7K3M9PQ2X', name: 'Cam Canh 18/11', quantity: 50, uom: 'KGM' },
  { id: 8, code: 'A0B1C2D3E', name: 'Bánh cốm 19/11', uom: 'XBX' },
]
const WARDS = [
  { id: 11, name: 'Ba Đình' },
  { id: 12, name: 'Ngọc Hà' },
  { id: 13, name: 'Giảng Võ' },
]
const has = (name: string, search: string): boolean => fold(name).includes(fold(search))

export const knows: Knows = {
  product: ({ search, limit }) => ({ items: PRODUCTS.filter(({ name }) => has(name, search)).slice(0, limit) }),
  list: ({ search, limit }) => {
    const all = Array.from({ length: 20 }, (_, n) => ({ value: `s${n}`, name: `Nhà vườn ${n}` }))
    const fit = all.filter(({ name }) => has(name, search))
    return { items: fit.slice(0, limit), more: Math.max(fit.length - limit, 0) }
  },
  lot: (query) =>
    'codes' in query
      ? { items: LOTS.filter(({ code }) => query.codes.some(({ text }) => text.includes(code))) }
      : { items: LOTS.filter(({ name, code }) => has(name, query.search) || has(code, query.search)) },
  place: (query) => {
    if ('latitude' in query) return { items: query.latitude > 21 ? [WARDS[1]!] : [] }
    if ('address' in query)
      return { items: WARDS.filter(({ name }) => has(query.address, name) || has(query.address, 'đội cấn')) }
    return { items: WARDS }
  },
  code: (query) => {
    const said = 'codes' in query ? query.codes.map(({ text }) => text) : [query.typed]
    const items = LOTS.filter(({ code }) => said.some((one) => one.toUpperCase().includes(code)))
    if (items.length > 0) return { items: items.map(({ code, name }) => ({ code, name })) }
    const near = said.some((one) => one.toUpperCase() === '7K3M9PQ2Y')
    return {
      items: near ? [{ code: LOTS[0]!.code, name: LOTS[0]!.name }] : [],
      refused: { words: near ? 'no such code, perhaps one of these' : 'no code of ours' },
    }
  },
}

export const begin = (options: DriveOptions = {}): Promise<Drive> => new Drive(trial, { knows, ...options }).start()

/** Answers everything, the optional questions skipped, up to the review. */
export async function toReview(options?: DriveOptions): Promise<Drive> {
  const talk = await begin(options)
  for (const said of ['cam canh', '2 cân rưỡi', 'tươi', 'bỏ qua', 'hôm qua']) await talk.type(said)
  await talk.pressOn(talk.values[0]!)
  for (const value of ['skip', 'skip', 'skip', '12', 'skip', 'skip']) await talk.choose(value)
  if (talk.question !== 'trial.review') throw new Error(`the review was not reached, but ${talk.question}`)
  return talk
}

/** Texts of a flow of a test in both languages, made from their keys. */
export function addTextsOf(flow: AnyFlow): void {
  for (const language of LANGUAGES) {
    const tree: Tree = {}
    for (const key of textsOf(flow)) {
      if (key.startsWith(`${flow.name}.`) && !hasText(language, key)) put(tree, key.split('.'), textFor(key, language))
    }
    addTexts(language, tree)
  }
}
export const addTrialTexts = (): void => addTextsOf(trial)

const NAMED: Record<string, string> = { fresh: 'Tươi', dried: 'Khô', other: 'Khác', red: 'Đỏ' }

function textFor(key: string, language: Language): string {
  const [, ...path] = key.split('.')
  if (path.at(-2) === 'choice') return (language === 'vi' && NAMED[path.at(-1)!]) || path.at(-1)!
  return `${language === 'vi' ? 'Câu' : 'Text'} ${path.join('.')}${path[0] === 'inputs' ? ' {{nth}}' : ''}`
}

interface Tree {
  [name: string]: Tree | string
}

function put(tree: Tree, [first = '', ...rest]: string[], value: string): void {
  if (rest.length === 0) tree[first] = value
  else put((tree[first] ??= {}) as Tree, rest, value)
}
