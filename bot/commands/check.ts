import { text } from '../../locales/say.js'
import { readTyped } from '../../qr/payload.js'
import { answerPayload } from '../look-up.js'
import type { Command } from './command.js'

/** `/check CODE`, or how to look up when there is no code behind it. */
export const check: Command = {
  name: 'check',
  async run(here, argument) {
    const said = argument ? readTyped(`code ${argument}`, here.facts.own) : { kind: 'no-code' as const }
    if (said.kind !== 'no-code') return answerPayload(here, said, 'typed')
    return { replies: [{ text: [text('check.how')] }] }
  },
}
