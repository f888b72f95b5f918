/** Short codes: issuing one, and finding what one stands for. How a code is made and typed is the affair of qr/codes. */
import { insertCode, readCodes, readSigns, type CodeRow } from '../prisma/statements/codes.js'
import type { Sql } from '../prisma/tx.js'
import { randomCode } from '../qr/codes.js'

export type CodeSubject =
  | { kind: 'lot' | 'serial'; lotId: number }
  | { kind: 'badge'; badgeId: number }
  | { kind: 'establishment'; establishmentId: number }

/** 2^40 codes: at 5 million issued a draw hits one of them 5 times in a million; ten in a row do not happen. */
const DRAWS_MAX = 10

/**
 * Gives the subject a new code. A code that is taken already is drawn again. The caller has asked for the right.
 * `draw` is for tests. Throws when all draws were taken: then the drawing is broken.
 */
export async function issueCode(
  sql: Sql,
  subject: CodeSubject,
  at: Date,
  draw: () => string = randomCode,
): Promise<string> {
  for (let i = 0; i < DRAWS_MAX; i++) {
    const [row] = await sql.run(insertCode, [
      draw(),
      subject.kind,
      'lotId' in subject ? subject.lotId : null,
      'badgeId' in subject ? subject.badgeId : null,
      'establishmentId' in subject ? subject.establishmentId : null,
      at,
    ])
    if (row) return row.code
  }
  throw new Error(`No free code in ${DRAWS_MAX} draws`)
}

export type KnownCode = CodeRow

/** What these codes stand for, unknown ones left out. Says nothing that a right would be needed for: only ids. */
export async function findCodes(sql: Sql, codes: readonly string[]): Promise<Map<string, KnownCode>> {
  if (codes.length === 0) return new Map()
  return new Map((await sql.run(readCodes, [[...codes]])).map((row) => [row.code, row]))
}

export const findCode = async (sql: Sql, code: string): Promise<KnownCode | null> =>
  (await findCodes(sql, [code])).get(code) ?? null

/** The first of these numbers that a shop's sign shows, its own or its badge's; null: nobody's. Signs hang in the street: anybody may ask. */
export async function findSign(sql: Sql, numbers: readonly string[]): Promise<string | null> {
  if (numbers.length === 0) return null
  const known = new Set((await sql.run(readSigns, [[...numbers]])).map(({ number }) => number))
  return numbers.find((number) => known.has(number)) ?? null
}
