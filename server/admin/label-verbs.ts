/** The operator's verbs that print into a file: labels of a lot, signs of a shop. What is given out is counted as in a talk. */
import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { Command } from 'commander'
import { LABEL_FORMATS, type LabelFormat } from '../../bot/labels.js'
import { labelWords, paperRefusal, signWords } from '../../bot/label-words.js'
import { searchEstablishments } from '../../domain/establishments.js'
import { issueLabels, issueSign, LABELS_MOST } from '../../domain/labels.js'
import { lookUp } from '../../domain/provenance.js'
import { readTypedCode, showCode } from '../../qr/codes.js'
import type { LabelRefusal } from '../../qr/label.js'
import { DEFAULT_PAPER, isPaper, isSheet, LABEL_SIZES, labelsAPage, type Paper } from '../../qr/label-sizes.js'
import { SIGNS, type Sign } from '../../qr/sign.js'
import { drawLabels, drawSign } from '../labels.js'
import { messageOf, Trouble } from '../trouble.js'
import { wholeNumber } from './arguments.js'
import { granted, oneOf, type Verb } from './verb.js'

/** A PNG has a pixel for each dot of a 203 dpi printer. */
const SCALE = 1
const MARGIN_MOST_MM = 40
const SIZES = Object.keys(LABEL_SIZES)

const WHY: Record<LabelRefusal, string> = {
  'code-too-dense': 'the code would print too small to be read',
  'too-much-text': 'the words do not fit in a size that can be read',
  'nothing-printable': "nothing of the product's name can be printed",
}

interface LabelsAsked {
  out: string
  size?: string
  grid?: string
  margin?: string
  count: string
  format?: string
}

export function labelVerbs(program: Command, verb: Verb): void {
  program
    .command('labels')
    .description(
      'labels CODE --out FILE: labels of a lot, counted; a paper that is too small is refused with those that do',
    )
    .argument('<code>', 'of the lot')
    .requiredOption('--out <file>', 'where to write them')
    .option('--size <size>', `for a printer of labels: ${SIZES.join(', ')}`)
    .option('--grid <grid>', 'for a sheet of A4: columns and rows, such as 3x8')
    .option('--margin <mm>', 'left free at the edges of the sheet')
    .option('--count <n>', `1 to ${LABELS_MOST}`, '1')
    .option('--format <format>', `${LABEL_FORMATS.join(', ')}; by the ending of the file when left out`)
    .action(
      verb(async ({ db, clock, config: { codeRoot } }, code: string, { out, ...asked }: LabelsAsked) => {
        const paper = paperOf(asked)
        const count = wholeNumber('--count', asked.count, { min: 1, max: LABELS_MOST })
        const format = formatOf(out, asked.format)
        if (format !== 'pdf' && isSheet(paper) && count > labelsAPage(paper))
          throw new Trouble(
            `A ${format} holds one page, here ${labelsAPage(paper)} labels: --format pdf holds as many as you like.`,
          )
        const typed = readTypedCode(`code ${code}`)
        if (typed.kind !== 'code') throw new Trouble(`${code} is no code of ours.`)
        const by = { operator: true, now: clock.now() } as const
        const found = await lookUp(db, typed.code, { now: by.now })
        if (found.kind !== 'lot') throw new Trouble(`${showCode(typed.code)} is not the code of a lot.`)
        const words = labelWords(found, codeRoot)
        const barred = paperRefusal(words, paper)
        if (barred)
          throw new Trouble(
            `No label of ${showCode(typed.code)} on ${paper}: ${WHY[barred.why]}. ${barred.fitting.length > 0 ? `It fits on ${barred.fitting.map(asOption).join(', ')}.` : 'No paper will do.'}`,
          )
        const bytes = await drawLabels(words, { paper, count, format }, SCALE)
        return db.transaction(async (tx) => {
          const { total } = granted(await issueLabels(tx, by, typed.code, { paper, count }))
          await write(out, bytes)
          return { file: out, code: typed.code, paper, count, total }
        })
      }),
    )

  program
    .command('sign')
    .description("sign ESTABLISHMENT window|badge --out FILE: a sheet for a shop's window, its recognition badge")
    .argument('<establishment>', 'code of the establishment, such as BD-0001')
    .argument('<sign>', SIGNS.join(' or '))
    .requiredOption('--out <file>', 'where to write it')
    .option('--format <format>', `${LABEL_FORMATS.join(', ')}; by the ending of the file when left out`)
    .action(
      verb(
        async (
          { db, clock, config: { codeRoot } },
          establishment: string,
          sign: string,
          { out, format: said }: { out: string; format?: string },
        ) => {
          oneOf(SIGNS, sign)
          const format = formatOf(out, said)
          const by = { operator: true, now: clock.now() } as const
          const known = await searchEstablishments(db, by, { query: establishment, limit: FOUND_MOST })
          const shop = known.find(({ code }) => code === establishment)
          if (!shop) throw new Trouble(`No establishment has the code ${establishment}: admin -- establishments list.`)
          return db.transaction(async (tx) => {
            const { code } = granted(await issueSign(tx, by, shop.id, sign as Sign))
            const found = await lookUp(tx, code, { now: by.now })
            if (found.kind !== 'establishment') throw new Error(`${code} leads to no establishment`)
            const words = signWords(sign as Sign, found, code, codeRoot)
            await write(out, await drawSign(words, { sign: sign as Sign, format }))
            return { file: out, code, sign, establishment }
          })
        },
      ),
    )
}

/** Codes begin alike: so many of them may hold what was typed. */
const FOUND_MOST = 50

function paperOf({ size, grid, margin }: Omit<LabelsAsked, 'out'>): Paper {
  if (grid === undefined) {
    if (margin !== undefined) throw new Trouble('--margin goes with --grid.')
    const paper = size ?? DEFAULT_PAPER
    if (!isPaper(paper) || isSheet(paper))
      throw new Trouble(`--size should be one of ${SIZES.join(', ')}; sheets of A4 have a --grid.`)
    return paper
  }
  if (size !== undefined) throw new Trouble('Name either --size or --grid.')
  const rim = margin === undefined ? 0 : wholeNumber('--margin', margin, { min: 0, max: MARGIN_MOST_MM })
  const paper = `a4-${grid}${rim === 0 ? '' : `-${rim}`}`
  if (!isPaper(paper)) throw new Trouble('--grid should be columns and rows of a sheet of A4, such as 3x8 or 5x13.')
  return paper
}

/** As the operator asks for it. */
const asOption = (paper: Paper): string => (isSheet(paper) ? `--grid ${paper.slice('a4-'.length)}` : `--size ${paper}`)

function formatOf(file: string, said: string = extname(file).slice(1).toLowerCase()): LabelFormat {
  const format = LABEL_FORMATS.find((one) => one === said)
  if (!format) throw new Trouble(`--format, or the ending of the file, should be one of ${LABEL_FORMATS.join(', ')}.`)
  return format
}

/** @throws {Trouble} in the transaction that counts, so that what could not be written is not counted */
async function write(file: string, bytes: Buffer): Promise<void> {
  await writeFile(file, bytes).catch((error: unknown) => {
    throw new Trouble(`${file} cannot be written: ${messageOf(error)}`)
  })
}
