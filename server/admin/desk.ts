/**
 * The operator's desk: every verb of `admin`. It joins the server that runs on the same database, or starts the embedded
 * one for its own duration. With `--json` every answer is JSON: an object, or a line for each row of a list.
 */
import { Command, CommanderError } from 'commander'
import { consoleEntries } from '../../bot/channels/zalo/connect.js'
import type { MandateRole, MembershipRole } from '../../prisma/generated/enums.js'
import { MandateRole as MANDATE_ROLES, MembershipRole as MEMBERSHIP_ROLES } from '../../prisma/generated/enums.js'
import { seedBulk } from '../../prisma/seed/bulk.js'
import { dayOf, isDay } from '../../domain/days.js'
import { searchEstablishments } from '../../domain/establishments.js'
import { scheduleRules } from '../../domain/findings.js'
import { invite, type InvitedTo } from '../../domain/invitations.js'
import { peopleList } from '../../domain/people.js'
import { traceLot } from '../../domain/lot-trace.js'
import { listLots } from '../../domain/lots-listed.js'
import { lookUp } from '../../domain/provenance.js'
import { isRefused } from '../../domain/refusal.js'
import { successorsOf, unitsAt } from '../../domain/units.js'
import { say } from '../../locales/say.js'
import { readTypedCode } from '../../qr/codes.js'
import { lengthOf, momentOf, wholeNumber, withinYears } from './arguments.js'
import { caseVerbs } from './case-verbs.js'
import { labelVerbs } from './label-verbs.js'
import { inJson, inTables } from './print.js'
import { standardVerbs } from './standard-verbs.js'
import { newConnectLink } from '../channels/zalo-stores.js'
import { readConfig } from '../config.js'
import { layFoundation, type Foundation } from '../foundation.js'
import { makeLog } from '../log.js'
import { outboxDead, outboxStats } from '../outbox/report.js'
import { Trouble } from '../trouble.js'

const ROWS_MAX = 200

/** Where the desk stands: its settings, and what becomes of what it says. */
export interface Desk {
  env: NodeJS.ProcessEnv
  out: (text: string) => void
  err: (text: string) => void
}

/** Does what the words ask, and says the exit code: 1 when it could not be done, for the reason that was said. */
export async function admin(words: readonly string[], desk: Desk): Promise<number> {
  // `--json` is understood wherever it stands.
  const asked = words.includes('--json') ? ['--json', ...words.filter((word) => word !== '--json')] : words
  try {
    await verbs(desk).parseAsync(asked, { from: 'user' })
    return 0
  } catch (error) {
    // Commander has said it by itself.
    if (error instanceof CommanderError) return error.exitCode
    if (!(error instanceof Trouble)) throw error
    desk.err(`${error.message}\n`)
    return 1
  }
}

function verbs({ env, out, err }: Desk): Command {
  const program = new Command('admin')
    .description("The operator's desk of Rõ Nguồn")
    .option('--json', 'answer in JSON')
    .showHelpAfterError()
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err })

  /** A verb that works on the house's foundation; what it answers is printed. */
  const verb =
    <Args extends unknown[]>(work: (house: Foundation, ...args: Args) => Promise<unknown>) =>
    async (...args: Args) => {
      const config = readConfig(env)
      const house = await layFoundation({
        config,
        log: makeLog({ level: env.LOG_LEVEL?.trim() ? config.logLevel : 'warn' }),
      })
      try {
        print(await work(house, ...args))
      } finally {
        await house.close()
      }
    }

  program
    .command('invite')
    .description('an invitation to work for a unit or an establishment')
    .option('--unit <code>', 'code of the unit, such as HN-P-BD')
    .option('--establishment <code>', 'code of the establishment, such as BD-0001')
    .requiredOption(
      '--role <role>',
      `${Object.values(MEMBERSHIP_ROLES).join(', ')}; ${Object.values(MANDATE_ROLES).join(', ')}`,
    )
    .action(
      verb(
        async (
          { db, clock, config },
          { unit, establishment, role }: { unit?: string; establishment?: string; role: string },
        ) => {
          const invited = await db.transaction((tx) =>
            invite(tx, { operator: true, now: clock.now() }, invitedTo(unit, establishment, role)),
          )
          if (isRefused(invited)) throw new Trouble(say('en', invited.refused))
          const { code, expiresAt } = invited
          return { code, link: `${config.codeRoot}/start/${code}`, expires: expiresAt.toISOString() }
        },
      ),
    )

  program
    .command('units')
    .description('units list: the tree as it stands on a day, and what each unit became')
    .argument('<what>', 'list')
    .option('--on <day>', 'YYYY-MM-DD, today when left out')
    .action(
      verb(async ({ db, clock }, what: string, { on }: { on?: string }) => {
        only('list', what)
        if (on !== undefined && !isDay(on)) throw new Trouble('--on should be a day: YYYY-MM-DD.')
        const units = await unitsAt(db, on ?? dayOf(clock.now()))
        return Promise.all(units.map(async (unit) => ({ ...unit, successors: await successorsTold(db, unit.id) })))
      }),
    )

  /** What is sample data, or was confirmed by nobody, says so. */
  const successorsTold = async (db: Foundation['db'], unitId: number) =>
    (await successorsOf(db, unitId)).map(({ code, onDate, share, addressRule, verified }) => ({
      code,
      onDate,
      share,
      addressRule,
      ...(!verified && { unverified: true }),
    }))

  program
    .command('establishments')
    .description('establishments list: by code')
    .argument('<what>', 'list')
    .option('--search <words>', 'in the name or code', '')
    .action(
      verb(async ({ db, clock }, what: string, { search }: { search: string }) => {
        only('list', what)
        const found = []
        for (;;) {
          const by = { operator: true, now: clock.now() } as const
          const page = await searchEstablishments(db, by, { query: search, after: found.at(-1)?.id, limit: ROWS_MAX })
          found.push(...page)
          if (page.length < ROWS_MAX) return found
        }
      }),
    )

  program
    .command('people')
    .description('people list: everybody with a role; the personas that `talk --as` takes')
    .argument('<what>', 'list')
    .action(
      verb(async ({ db, clock }, what: string) => {
        only('list', what)
        const people = await peopleList(db, { operator: true, now: clock.now() })
        return people.map(({ id, name, personas, roles }) => ({ id: personas[0] ?? String(id), name, roles }))
      }),
    )

  program
    .command('lots')
    .description(
      'lots list: the newest first; lots show CODE: what everybody sees of it; lots trace CODE: its whole chain',
    )
    .argument('<what>', 'list, show or trace')
    .argument('[code]')
    .option('--limit <n>', 'rows', '20')
    .option('--up', 'trace: only what it was taken from')
    .option('--down', 'trace: only what was taken from it')
    .action(
      verb(async ({ db, clock }, what: string, code: string | undefined, { limit, up, down }: LotsAsked) => {
        if (what === 'list')
          return listLots(
            db,
            { operator: true, now: clock.now() },
            wholeNumber('--limit', limit, { min: 1, max: ROWS_MAX }),
          )
        if (what !== 'trace') only('show', what)
        if (code === undefined) throw new Trouble(`Say which: admin -- lots ${what} CODE.`)
        const typed = readTypedCode(`code ${code}`)
        if (typed.kind !== 'code') throw new Trouble(`${code} is no code of ours.`)
        if (what === 'show') return lookUp(db, typed.code, { now: clock.now() })
        const ways = { up: up ?? !down, down: down ?? !up }
        const traced = await traceLot(db, { operator: true, now: clock.now() }, typed.code, ways)
        if (isRefused(traced)) throw new Trouble(say('en', traced.refused))
        return traced
      }),
    )

  caseVerbs(program, verb)
  labelVerbs(program, verb)
  standardVerbs(program, out)

  program
    .command('outbox')
    .description('outbox stats: what waits; outbox dead: what could not be sent')
    .argument('<what>', 'stats or dead')
    .action(
      verb(({ db }, what: string) => {
        if (what === 'stats') return outboxStats(db)
        only('dead', what)
        return outboxDead(db)
      }),
    )

  program
    .command('zalo')
    .description("zalo connect: a link, for one use, by which the Official Account's administrator gives access")
    .argument('<what>', 'connect')
    .action(
      verb(async ({ db, config: { zalo, codeRoot } }, what: string) => {
        only('connect', what)
        if (!zalo) throw new Trouble('ZALO_APP_ID and ZALO_APP_SECRET should be set.')
        return { ...(await newConnectLink(db, codeRoot)), ...consoleEntries(codeRoot, zalo.codeVerifier) }
      }),
    )

  program
    .command('clock')
    .description('clock set TIME, clock advance 3d|4h|30m|10s, clock set real: demo mode only')
    .argument('<what>', 'set or advance')
    .argument('<to>', 'YYYY-MM-DD, an ISO 8601 time, "real", or a length of time')
    .action(
      verb(async ({ db, clock, config }, what: string, to: string) => {
        if (!config.demo) throw new Trouble('The clock is moved in demo mode only.')
        if (what === 'advance') {
          const by = lengthOf(to)
          withinYears(new Date(clock.now().getTime() + by))
          await clock.advance(by)
        } else {
          only('set', what)
          await clock.set(to === 'real' ? new Date() : momentOf(to))
        }
        // A clock set back must not leave the next look for what is wrong in a far future.
        await scheduleRules(db, clock.now())
        return { now: clock.now().toISOString() }
      }),
    )

  program
    .command('seed')
    .description('lots for benchmarks and load, beside what is there')
    .requiredOption('--lots <n>', 'how many')
    .option('--links <m>', 'how many of them are taken from another one')
    .option('--scans <k>', 'looks at codes', '0')
    .option('--random-seed <s>', 'the same seed gives the same data', '1')
    .action(
      verb(({ databaseUrl, clock }, given: { lots: string; links?: string; scans: string; randomSeed: string }) => {
        const lots = wholeNumber('--lots', given.lots, { min: 1 })
        return seedBulk(databaseUrl, {
          lots,
          ...(given.links !== undefined && { links: wholeNumber('--links', given.links, { min: 0, max: lots - 1 }) }),
          scans: wholeNumber('--scans', given.scans, { min: 0 }),
          randomSeed: wholeNumber('--random-seed', given.randomSeed, { min: 0 }),
          now: clock.now(),
        })
      }),
    )

  function print(answer: unknown): void {
    out(program.opts<{ json?: boolean }>().json ? inJson(answer) : inTables(answer))
  }

  return program
}

function invitedTo(unit: string | undefined, establishment: string | undefined, role: string): InvitedTo {
  if ((unit === undefined) === (establishment === undefined))
    throw new Trouble('Name either --unit or --establishment.')
  const roles: string[] = Object.values(unit === undefined ? MEMBERSHIP_ROLES : MANDATE_ROLES)
  if (!roles.includes(role)) throw new Trouble(`--role should be one of ${roles.join(', ')}.`)
  return unit === undefined
    ? { establishmentCode: establishment!, role: role as MembershipRole }
    : { unitCode: unit, role: role as MandateRole }
}

interface LotsAsked {
  limit: string
  up?: true
  down?: true
}

function only(expected: string, what: string): void {
  if (what !== expected) throw new Trouble(`"${what}" is not known here: admin -- --help lists the verbs.`)
}
