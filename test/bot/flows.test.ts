import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { textsOf } from '../../bot/flow/texts.js'
import { FLOWS } from '../../bot/flows/index.js'
import en from '../../locales/en.json' with { type: 'json' }
import { hasText, LANGUAGES } from '../../locales/say.js'
import vi from '../../locales/vi.json' with { type: 'json' }

const leaves = (tree: object, at = ''): [string, string][] =>
  Object.entries(tree).flatMap(([name, value]) => (typeof value === 'string' ? [[`${at}${name}`, value]] : leaves(value as object, `${at}${name}.`)) as [string, string][])
const places = (said: string): string[] => [...new Set([...said.matchAll(/\{\{\s*([\w-]+)/g)].map(([, name]) => name!))].sort()

describe.each([...FLOWS])('the flow %s', (_, flow) => {
  test.each(LANGUAGES)('has all its texts (%s)', (language) => {
    const texts = textsOf(flow)
    expect(texts.length).toBeGreaterThan(10)
    expect(texts.filter((key) => !hasText(language, key))).toEqual([])
  })
})

describe('the languages', () => {
  test('have the same keys, none of them empty', () => {
    expect(leaves(en).map(([key]) => key).sort()).toEqual(leaves(vi).map(([key]) => key).sort())
    expect([...leaves(vi), ...leaves(en)].filter(([, said]) => said.trim() === '')).toEqual([])
  })

  test('leave the same places open', () => {
    const english = new Map(leaves(en))
    // a plural's singular may write its number out
    const differing = leaves(vi).filter(([key, said]) => !/_one$/.test(key) && places(said).join() !== places(english.get(key)!).join())
    expect(differing.map(([key]) => key)).toEqual([])
  })
})

const ROOT = new URL('../../', import.meta.url).pathname
const sources = ['bot', 'domain', 'server'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => join(folder, name)),
)

test.each(LANGUAGES)('every key that the code names has its text (%s)', (language) => {
  const named = sources.flatMap((path) =>
    [...readFileSync(join(ROOT, path), 'utf8').matchAll(/\b(?:text|say|keyed|refuse)\(\s*'([a-z][\w-]*(?:\.[\w-]+)+)'/g)].map(([, key]) => key!),
  )
  expect(named.length).toBeGreaterThan(100)
  expect([...new Set(named)].filter((key) => !hasText(language, key))).toEqual([])
})
