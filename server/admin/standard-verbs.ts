/** What the desk does of GS1's standards: always JSON, a line for each thing asked, and no database is needed. */
import type { Command } from 'commander'
import { digitalLinkOf, parseDigitalLink } from '../../qr/digital-link.js'
import { bracketed, parseBracketed } from '../../qr/gs1/elements.js'
import { Trouble } from '../trouble.js'
import { inJson } from './print.js'

export function standardVerbs(program: Command, out: (text: string) => void): void {
  program
    .command('digital-link')
    .description(
      'digital-link parse URI...: what each says; digital-link build STEM ELEMENTS: "(01)...(10)..." as a URI',
    )
    .argument('<what>', 'parse or build')
    .argument('<words...>')
    .action((what: string, words: string[]) => {
      if (what === 'parse') return out(inJson(words.map(parsed)))
      const [stem = '', elements, ...more] = words
      if (what !== 'build') throw new Trouble(`"${what}" is not known here: digital-link parse, digital-link build.`)
      if (elements === undefined || more.length > 0)
        throw new Trouble('Say: admin -- digital-link build STEM ELEMENTS.')
      out(inJson(built(stem, elements)))
    })
}

function parsed(uri: string) {
  const said = parseDigitalLink(uri)
  return 'reason' in said
    ? { uri, accept: false, elements: null, reason: said.reason }
    : { uri, accept: true, elements: bracketed(said.elements), reason: null }
}

function built(stem: string, said: string) {
  const all = parseBracketed(said)
  const link = 'reason' in all ? all : digitalLinkOf(stem, all.elements)
  return 'reason' in link ? { uri: null, reason: link.reason } : link
}
