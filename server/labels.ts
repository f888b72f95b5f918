/** Draws labels and signs when somebody asks for them: nothing is stored, and they show what is so at that moment. */
import { askedFor, USUAL_PAPERS, type LabelFormat } from '../bot/labels.js'
import { labelWords, signWords } from '../bot/label-words.js'
import { lookUp } from '../domain/provenance.js'
import type { Sql } from '../prisma/tx.js'
import { layOutLabel, pagesOf, type Label, type LabelWords } from '../qr/label.js'
import { CHAT_SCALE, labelPdf, labelPng, labelSvg } from '../qr/label-drawing.js'
import { DEFAULT_PAPER, isSheet, type Paper } from '../qr/label-sizes.js'
import { layOutSign, type Sign, type SignWords } from '../qr/sign.js'
import type { Clock } from './clock.js'

export interface LabelTools {
  sql: Sql
  clock: Clock
  /** Where codes lead, without a trailing slash */
  codeRoot: string
  stored: { read(key: string): Promise<Buffer> }
}

/** Reads a file to send by its key: a label or a sign is drawn, anything else comes from the file store. */
export const filesToSend = ({ sql, clock, codeRoot, stored }: LabelTools) => ({
  async read(key: string): Promise<Buffer> {
    const asked = askedFor(key)
    if (!asked) return stored.read(key)
    const found = await lookUp(sql, asked.code, { now: clock.now() })
    if (asked.kind === 'label' && found.kind === 'lot') return drawLabels(labelWords(found, codeRoot), asked)
    if (asked.kind === 'sign' && found.kind === 'establishment')
      return drawSign(signWords(asked.sign, found, asked.code, codeRoot), asked)
    throw new Error(`nothing has the label ${asked.code}`)
  },
})

interface LabelsAsked {
  /** Null: none was chosen */
  paper: Paper | null
  count: number
  format: LabelFormat
}

/** A PNG and an SVG hold the first page alone. `scale`: pixels of a PNG a printer's dot */
export function drawLabels(
  said: LabelWords,
  { paper, count, format }: LabelsAsked,
  scale: number = CHAT_SCALE,
): Promise<Buffer> {
  const papers = paper === null ? USUAL_PAPERS : [paper]
  const laid = papers.map((one) => ({ paper: one, ...layOutLabel(said, one) })).find((one) => 'label' in one)
  if (!laid || !('label' in laid))
    throw new Error(`the label of ${said.code} cannot be drawn on ${paper ?? DEFAULT_PAPER}`)
  return draw(pagesOf(laid.label, laid.paper, count), format, isSheet(laid.paper) ? 1 : scale)
}

export function drawSign(said: SignWords, { sign, format }: { sign: Sign; format: LabelFormat }): Promise<Buffer> {
  const laid = layOutSign(sign, said)
  if ('refused' in laid) throw new Error(`the ${sign} of ${said.code} cannot be drawn: ${laid.refused}`)
  return draw([laid.label], format, 1)
}

async function draw(pages: Label[], format: LabelFormat, scale: number): Promise<Buffer> {
  switch (format) {
    case 'pdf':
      return labelPdf(...pages)
    case 'png':
      return labelPng(pages[0]!, { scale })
    case 'svg':
      return Buffer.from(labelSvg(pages[0]!))
  }
}
