/** GS1's own cases of Digital Link URIs, when the folder with them stands beside the project. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { digitalLinkOf, parseDigitalLink } from '../../../qr/digital-link.js'
import { bracketed, parseBracketed, scanned } from '../../../qr/gs1/elements.js'

interface Case {
  suite: string
  accept: boolean
  uri: string | null
  elements: string | null
  stem?: string
}

const folder = fileURLToPath(new URL('../../../../shared/conformance/digital-link/', import.meta.url))
const cases = (file: string): Case[] => JSON.parse(readFileSync(folder + file, 'utf8')) as Case[]

/**
 * The engine's suite asks the same URI twice, once with each of its settings. Of such a pair we take the lenient one: what a
 * person scans is read when it can be.
 */
const contradicted = ({ accept, uri }: Case, all: Case[]): boolean =>
  !accept && all.some((other) => other.uri === uri && other.accept)

const here = existsSync(folder)
if (!here) console.info('../shared/conformance/digital-link is not here: its cases are not run')
;(here ? describe : describe.skip)("GS1's cases", () => {
  test('of parsing', () => {
    const all = cases('parse.json')
    const asked = all.filter((one) => !contradicted(one, all))
    const wrong = asked.filter(({ uri, accept, elements }) => {
      const said = parseDigitalLink(uri!)
      if ('reason' in said) return accept
      const shown = elements?.startsWith('(') ? bracketed(said.elements) : scanned(said.elements, '^')
      return !accept || shown !== elements
    })
    console.info(`Digital Link: ${asked.length - wrong.length} of ${all.length} cases parsed as told`)
    expect(wrong).toEqual([])
    expect(all.length - asked.length).toBeLessThanOrEqual(1)
  })

  test('of building', () => {
    const all = cases('build.json')
    const wrong = all.filter(({ stem, elements, accept, uri }) => {
      const said = parseBracketed(elements!)
      const link = 'reason' in said ? said : digitalLinkOf(stem!, said.elements)
      return accept ? !('uri' in link) || link.uri !== uri : 'uri' in link
    })
    console.info(`Digital Link: ${all.length - wrong.length} of ${all.length} cases built as told`)
    expect(wrong).toEqual([])
  })
})
