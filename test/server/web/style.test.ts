/** What the style sheet promises: every ink is read on its ground, colours have one place, nothing comes from elsewhere. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'

const css = readFileSync(new URL('../../../server/web/assets/house.css', import.meta.url), 'utf8').replace(
  /\/\*.*?\*\//gs,
  '',
)
/** WCAG 2, level AAA */
const CONTRAST_LEAST = 7

const roots = [...css.matchAll(/:root \{([^}]*)\}/g)].map(([, block]) =>
  Object.fromEntries([...block!.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name!, colour!])),
)
const [screen, print] = [roots[0]!, { ...roots[0]!, ...roots[1]! }]

const luminance = (colour: string): number => {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
const contrast = (a: string, b: string): number => {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light! + 0.05) / (dark! + 0.05)
}
const pairs = (colours: Record<string, string>) =>
  Object.entries(colours).flatMap(([name, ink]) => {
    const [, ground] = /^([a-z-]+)-ink(?:-[a-z]+)?$/.exec(name) ?? []
    return ground === undefined ? [] : [{ name, ink, ground: colours[`${ground}-ground`]! }]
  })

describe('the style sheet', () => {
  test('has a pair for every verdict', () => {
    const names = pairs(screen).map(({ name }) => name)
    for (const tone of ['checked', 'stated', 'expired', 'sold-out', 'held', 'recalled', 'destroyed', 'unknown'])
      expect(names).toContain(`${tone}-ink`)
    expect(names.length).toBeGreaterThan(15)
  })

  test.each([...pairs(screen), ...pairs(print).map((pair) => ({ ...pair, name: `print ${pair.name}` }))])(
    '$name is read on its ground',
    ({ ink, ground }) => {
      expect(contrast(ink, ground)).toBeGreaterThanOrEqual(CONTRAST_LEAST)
    },
  )

  test('a rule that sets an ink and a ground sets a pair', () => {
    const rules = [...css.matchAll(/\{([^{}]*)\}/g)].flatMap(([, body]) => {
      const ink = /(?:^|[\s;])color: var\(--([a-z-]+)-ink/.exec(body!)?.[1]
      const ground = /background: var\(--([a-z-]+)-ground\)/.exec(body!)?.[1]
      return ink !== undefined && ground !== undefined ? [{ ink, ground }] : []
    })
    expect(rules.length).toBeGreaterThan(10)
    for (const { ink, ground } of rules) expect(ink).toBe(ground)
  })

  test('colours stand in one place, and nothing is fetched', () => {
    const rules = css.replace(/:root \{[^}]*\}/g, '')
    expect(rules).not.toMatch(/#[0-9a-f]{3,8}\b|rgb\(|hsl\(|\burl\(|@import|@font-face/i)
  })
})
