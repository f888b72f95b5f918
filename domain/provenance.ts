/**
 * What a code tells. The database answers in one statement (prisma/statements/provenance.ts); provenance-facts.ts turns the
 * answer into facts, each shown only to those who may see it.
 */
import { readProvenance, type ProvenanceRow } from '../prisma/statements/provenance.js'
import type { Sql } from '../prisma/tx.js'
import type { Actor } from './actor.js'
import { dayOf } from './days.js'
import { establishmentFacts, lotFacts, PUBLIC, type Provenance, type Viewer } from './provenance-facts.js'
import { rolesAt } from './rights.js'

export type * from './provenance-facts.js'
export { PUBLIC } from './provenance-facts.js'

export interface LookUp {
  now: Date
  viewer?: Viewer
  /** Codes that may have been meant, see qr/codes; looked up only when the code itself is unknown */
  candidates?: readonly string[]
}

/** Codes that are looked up beside an unknown one. */
const CANDIDATES_MAX = 512

/**
 * What the code tells to this viewer. Anybody may ask. One round trip, read only.
 * `code` is in its plain form: upper case, no dashes, as qr/codes hands it on.
 */
export async function lookUp(
  sql: Sql,
  code: string,
  { now, viewer = PUBLIC, candidates = [] }: LookUp,
): Promise<Provenance> {
  return told(await read(sql, code, now, candidates), code, now, viewer)
}

/** The same as the actor sees it: as an official where a mandate reaches, else as a partner where the actor works. */
export async function lookUpAs(sql: Sql, actor: Actor, code: string): Promise<Provenance> {
  const row = await read(sql, code, actor.now, [])
  return told(
    row,
    code,
    actor.now,
    await viewerOf(
      sql,
      actor,
      row.sites.map(({ id }) => id),
    ),
  )
}

async function viewerOf(sql: Sql, actor: Actor, establishmentIds: number[]): Promise<Viewer> {
  const roles = [...(await rolesAt(sql, actor, establishmentIds)).values()].flat()
  const inMandate = roles.filter(({ unit_id }) => unit_id !== null)
  if (roles.length === 0) return PUBLIC
  const [audience, by] = inMandate.length > 0 ? (['official', inMandate] as const) : (['partner', roles] as const)
  return { audience, establishmentIds: new Set(by.map(({ subject_id }) => subject_id)) }
}

async function read(sql: Sql, code: string, now: Date, candidates: readonly string[]): Promise<ProvenanceRow> {
  const [row] = await sql.run(readProvenance, [code, dayOf(now), candidates.slice(0, CANDIDATES_MAX)])
  if (!row) throw new Error('The provenance statement always answers with one row')
  return row
}

function told(row: ProvenanceRow, code: string, now: Date, viewer: Viewer): Provenance {
  if (row.kind === null) return { kind: 'unknown', verdict: 'unknown', code, candidates: row.candidates }
  return row.lots.length > 0
    ? lotFacts(row, code, dayOf(now), viewer)
    : establishmentFacts(row, code, dayOf(now), viewer)
}
