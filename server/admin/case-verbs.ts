/** The operator's verbs about cases: what there is, who was told, who may do what, what the rules find. */
import type { Command } from 'commander'
import { listCases, showCase } from '../../domain/case-views.js'
import { rulesListed, runRules, switchRule, type RuleListed } from '../../domain/findings.js'
import { rightsMatrix } from '../../domain/rights-matrix.js'
import { Trouble } from '../trouble.js'
import { wholeNumber } from './arguments.js'
import { granted, oneOf, type Verb } from './verb.js'

const ROWS_MAX = 200

/** Where a rule works, in words: units below the one that switched it do as it does. */
const withSwitches = ({ on, off, ...rule }: RuleListed) => ({
  ...rule,
  works: [
    off.length === 0 ? 'everywhere' : `everywhere but ${off.join(', ')}`,
    // Within what another unit switched off
    ...(off.length > 0 && on.length > 0 ? [`on again in ${on.join(', ')}`] : []),
  ].join('; '),
})

export function caseVerbs(program: Command, verb: Verb): void {
  program
    .command('cases')
    .description('cases list: the newest first; cases show NUMBER: all of it, and who was told of it when')
    .argument('<what>', 'list or show')
    .argument('[number]')
    .option('--limit <n>', 'rows', '20')
    .action(
      verb(async ({ db, clock }, what: string, number: string | undefined, { limit }: { limit: string }) => {
        oneOf(['list', 'show'], what)
        const by = { operator: true, now: clock.now() } as const
        if (what === 'list') return listCases(db, by, wholeNumber('--limit', limit, { min: 1, max: ROWS_MAX }))
        if (number === undefined) throw new Trouble('Say which: admin -- cases show HN-2026-000123.')
        return granted(await showCase(db, by, number))
      }),
    )

  program
    .command('rights')
    .description('rights matrix: role x action x jurisdiction, and how many cells there are')
    .argument('<what>', 'matrix')
    .action(
      verb(async (_house, what: string) => {
        oneOf(['matrix'], what)
        const cells = rightsMatrix()
        return [...cells, { count: cells.length }]
      }),
    )

  program
    .command('rules')
    .description('rules list; rules run [--shadow]: what they find now, told nobody with --shadow; rules switch CODE')
    .argument('<what>', 'list, run or switch')
    .argument('[code]', 'one rule, such as V01')
    .option('--shadow', 'a trial over the last 90 days: nothing is raised')
    .option('--unit <code>', 'switch: for this unit and those below it')
    .option('--off', 'switch: off')
    .action(
      verb(
        async (
          { db, clock },
          what: string,
          code: string | undefined,
          { shadow = false, unit, off = false }: { shadow?: boolean; unit?: string; off?: boolean },
        ) => {
          oneOf(['list', 'run', 'switch'], what)
          const by = { operator: true, now: clock.now() } as const
          if (what === 'list') return (await rulesListed(db, by)).map(withSwitches)
          if (what === 'run') return db.transaction((tx) => runRules(tx, by, { shadow, only: code }))
          if (code === undefined || unit === undefined)
            throw new Trouble('Say which and where: admin -- rules switch V01 --unit HN-P-BD --off.')
          return granted(await db.transaction((tx) => switchRule(tx, by, code, unit, !off)))
        },
      ),
    )
}
