/** Labels on a paper of the shop's own choice, so many as it needs. The usual one comes with the receipt, unasked. */
import { issueLabels, LABELS_MOST } from '../../../domain/labels.js'
import { lookUp } from '../../../domain/provenance.js'
import { isRefused } from '../../../domain/refusal.js'
import { keyed, text as say, words, type Text } from '../../../locales/say.js'
import { showCode } from '../../../qr/codes.js'
import { gridOf, isPaper, labelsAPage, type Paper } from '../../../qr/label-sizes.js'
import { choice } from '../../flow/fields/choice.js'
import { labelCount } from '../../flow/fields/label-count.js'
import { lot } from '../../flow/fields/lot.js'
import { text } from '../../flow/fields/text.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'
import { labelWords, paperRefusal } from '../../label-words.js'
import { labelsToPrint } from '../../labels.js'

const PAPERS = ['50x30', '40x30', 'roll-58', 'a4-3x8', 'a4-4x10', 'grid'] as const
/** "3 x 8", "5x13 lề 8" */
const GRID_WORDS = /^\s*(\d{1,2})\s*[x×*]\s*(\d{1,2})(?:\D+(\d{1,2})\s*(?:mm)?)?\s*$/iu
const GRID_LETTERS_MAX = 40

export const printLabels = flow('print-labels')
  .ask('lot', lot())
  .ask('paper', choice(PAPERS))
  .ask('grid', text({ upTo: GRID_LETTERS_MAX }), { when: ({ paper }) => paper === 'grid' })
  .ask('count', labelCount({ upTo: LABELS_MOST, aPage: (answers) => labelsAPage(paperOf(answers) ?? '50x30') }))
  .done(async (answers, { tx, actor, facts }: Here) => {
    const { lot, count } = answers
    const paper = paperOf(answers)
    if (!paper) return { refused: say('print-labels.grid-unclear'), backTo: 'grid' }
    const found = await lookUp(tx, lot.code, { now: actor.now })
    if (found.kind !== 'lot') return { refused: say('refusal.lot-unknown'), backTo: 'lot' }
    const barred = paperRefusal(labelWords(found, facts.codeRoot), paper)
    if (barred) return { refused: refusal(barred), backTo: answers.paper === 'grid' ? 'grid' : 'paper' }
    const issued = await issueLabels(tx, actor, lot.code, { paper, count })
    if (isRefused(issued)) return { ...issued, backTo: 'lot' }
    const params = { code: showCode(lot.code), product: found.product.name, count, paper: paperName(paper) }
    return {
      replies: [
        {
          text: [
            say('print-labels.done', params),
            say('print-labels.total', { count: issued.total }),
            say('print-labels.how'),
          ],
          files: labelsToPrint(lot.code, paper, count),
        },
      ],
    }
  })

interface Chosen {
  paper: (typeof PAPERS)[number]
  grid?: string
}

/** The paper that was meant; undefined: a grid of one's own that cannot be. */
function paperOf({ paper, grid = '' }: Chosen): Paper | undefined {
  if (paper !== 'grid') return paper
  const [, columns, rows, margin] = GRID_WORDS.exec(grid) ?? []
  const said = `a4-${Number(columns)}x${Number(rows)}${margin === undefined ? '' : `-${Number(margin)}`}`
  return columns !== undefined && isPaper(said) ? said : undefined
}

const paperName = (paper: Paper): Text => {
  if ((PAPERS as readonly string[]).includes(paper)) return keyed(`print-labels.paper.choice.${paper}`)
  const { columns, rows } = gridOf(paper)!
  return say('print-labels.own-grid', { grid: words(`${columns}×${rows}`) })
}

function refusal({ why, fitting }: NonNullable<ReturnType<typeof paperRefusal>>): Text {
  if (fitting.length === 0) return say(`print-labels.refused.nowhere`)
  return say(`print-labels.refused.${why}`, { papers: { list: fitting.map(paperName) } })
}
