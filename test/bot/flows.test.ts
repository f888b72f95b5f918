import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Said } from '../../bot/flow/field.js'
import type { ListItem } from '../../bot/flow/lookups.js'
import { textsOf } from '../../bot/flow/texts.js'
import { FLOWS } from '../../bot/flows/index.js'
import type { Knows } from './flow/drive.js'
import { SAYINGS, walk } from './flow/walk.js'
import { SHOWN_ON } from '../play.js'
import en from '../../locales/en.json' with { type: 'json' }
import { hasText, LANGUAGES } from '../../locales/say.js'
import vi from '../../locales/vi.json' with { type: 'json' }

const leaves = (tree: object, at = ''): [string, string][] =>
  Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'string' ? [[`${at}${name}`, value]] : leaves(value as object, `${at}${name}.`),
  )
const places = (said: string): string[] =>
  [...new Set([...said.matchAll(/\{\{\s*([\w-]+)/g)].map(([, name]) => name!))].sort()

/** What every other list holds here: an entry is what a flow needs to go on. */
const CASES_OR_UNITS: ListItem[] = [{ value: 'HN-2026-000001', name: 'HN-2026-000001: Cân thiếu' }]
const LISTS: Record<string, ListItem[]> = {
  categories: [{ value: 'fresh_fruit', name: 'Trái cây tươi', nameEn: 'Fresh fruit' }],
  sources: [{ value: 'Hoà Bình', name: 'Hoà Bình' }],
  violations: [
    { value: 'expired', name: 'Bán hàng quá hạn dùng', nameEn: 'Expired goods on sale' },
    { value: 'other', name: 'Việc khác', nameEn: 'Something else' },
  ],
  wards: [
    { value: 'HN-P-BD', name: 'Phường Ba Đình', nameEn: 'Ba Đình ward' },
    { value: 'HN-P-NH', name: 'Phường Ngọc Hà', nameEn: 'Ngọc Hà ward' },
  ],
  away: [
    { value: 'me', name: 'Tôi', nameEn: 'Me' },
    { value: '7 HN-P-BD', name: 'Cán bộ phường Ba Đình' },
  ],
  'reports-asked': [{ value: 'HN-2026-000001', name: 'HN-2026-000001: Cân thiếu' }],
  'reports-ended': [{ value: 'HN-2026-000001', name: 'HN-2026-000001: Cân thiếu' }],
}

const knows: Knows = {
  product: ({ search }) => ({
    beside: { days: 10, category: { value: 'fresh_fruit', name: 'Trái cây tươi', nameEn: 'Fresh fruit' } },
    items: [
      { id: 1, name: 'Cam Canh', uom: 'KGM', shelfLifeDays: 14 },
      { id: 2, name: 'Ổi lê', uom: 'KGM', shelfLifeDays: null },
    ].filter(({ name }) => name.toLowerCase().includes(search)),
  }),
  lot: () => ({ items: [{ id: 7, code: 'V57X2K1SZ', name: 'Cam Canh', quantity: 60, uom: 'KGM' }] }),
  code: (query) => ({
    items: 'codes' in query ? [{ code: 'V57X2K1SZ', name: 'Cam Canh', made: '2026-11-15', expires: '2026-11-25' }] : [],
  }),
  shop: () => ({
    items: [
      { value: '1', name: 'Cửa hàng Một' },
      { value: '2', name: 'Vườn Hai', makes: true },
    ],
  }),
  list: ({ of, search }) => ({
    items: (LISTS[of] ?? CASES_OR_UNITS).filter(({ name }) => name.toLowerCase().includes(search.toLowerCase())),
  }),
  seller: (query) => ({
    items: 'typed' in query && /BD-0001/.test(query.typed) ? [{ value: '11', name: 'Trái cây Mây Lành' }] : [],
  }),
  place: () => ({ items: [] }),
}

/** A new product asks other questions than a known one does, from the same place. */
const NEW_PRODUCT = {
  shop: { value: '1', name: 'Cửa hàng Một' },
  product: { new: true, name: 'Vú sữa', category: { value: 'fresh_fruit', name: 'Trái cây tươi' } },
}

describe.each([...FLOWS])('the flow %s', (_, flow) => {
  test.each(LANGUAGES)('has all its texts (%s)', (language) => {
    const texts = textsOf(flow)
    expect(texts.length).toBeGreaterThan(10)
    expect(texts.filter((key) => !hasText(language, key))).toEqual([])
  })
})

test.each([...FLOWS])(
  '%s, walked wherever it leads: nothing is wrong on any channel, in any language',
  async (_, flow) => {
    const sayings: Said[] = [...SAYINGS, { kind: 'text', text: 'hôm nay đến 30/11' }, { kind: 'text', text: 'BD-0001' }]
    const questions = new Set<string>()
    for (const answers of [{}, NEW_PRODUCT]) {
      const walked = await walk(flow, { knows, capabilities: SHOWN_ON, sayings, answers })
      expect(walked.wrong).toEqual([])
      for (const question of walked.questions) questions.add(question)
    }
    const missed = flow.steps.filter(({ name }) => ![...questions].some((question) => question.includes(`.${name}`)))
    expect(missed.map(({ name }) => name)).toEqual([])
  },
)

describe('the languages', () => {
  test('have the same keys, none of them empty', () => {
    expect(
      leaves(en)
        .map(([key]) => key)
        .sort(),
    ).toEqual(
      leaves(vi)
        .map(([key]) => key)
        .sort(),
    )
    expect([...leaves(vi), ...leaves(en)].filter(([, said]) => said.trim() === '')).toEqual([])
  })

  test('leave the same places open', () => {
    const english = new Map(leaves(en))
    // a plural's singular may write its number out
    const differing = leaves(vi).filter(
      ([key, said]) => !/_one$/.test(key) && places(said).join() !== places(english.get(key)!).join(),
    )
    expect(differing.map(([key]) => key)).toEqual([])
  })
})

const ROOT = new URL('../../', import.meta.url).pathname
const sources = ['bot', 'domain', 'server'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
)

test.each(LANGUAGES)('every key that the code names has its text (%s)', (language) => {
  const named = sources.flatMap((path) =>
    [
      ...readFileSync(join(ROOT, path), 'utf8').matchAll(
        /\b(?:text|say|keyed|refuse)\(\s*'([a-z][\w-]*(?:\.[\w-]+)+)'/g,
      ),
    ].map(([, key]) => key!),
  )
  expect(named.length).toBeGreaterThan(100)
  expect([...new Set(named)].filter((key) => !hasText(language, key))).toEqual([])
})
