/**
 * The rows of the bulk seed, each made from its index and the seed alone: nothing is kept, so any number of them streams
 * by. Lines of PostgreSQL's COPY text format.
 *
 * Lots stand in levels: those of level 0 come from producers, each lot of a later level is taken from one of the level
 * before, so that chains have 1 to 5 steps.
 */
import { codeOf } from '../../qr/codes.js'

/** Shares of the links that lead to levels 1, 2, 3 and 4. */
const LEVEL_SHARES = [0.5, 0.25, 0.15, 0.1] as const
export const PRODUCTS_A_SITE = 5
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Codes of these numbers stand in for those that somebody else drew already. */
const SPARE_NUMBERS = 2 ** 33

export interface RowsOf {
  lots: number
  links: number
  scans: number
  randomSeed: number
  /** ms since 1970 */
  now: number
  /** Sites are numbered from firstSite, the producers first; every third of them a farm, then wholesaler and shop in turn */
  producers: number
  traders: number
  firstSite: number
  firstProduct: number
  firstLot: number
  firstEvent: number
  /** Codes that were issued to others */
  taken: ReadonlySet<string>
}

/** What a number is drawn for. */
const PURPOSE = {
  site: 1,
  source: 2,
  product: 3,
  age: 4,
  pause: 5,
  quantity: 6,
  scan: 7,
  scanAge: 8,
  scanner: 9,
} as const

/** A number of 32 bits from a seed, an index and a purpose: the same every time, nothing in common otherwise. */
const hash = (seed: number, index: number, purpose: number): number => {
  let x = (seed ^ Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(purpose + 1, 0x85ebca6b)) >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return (x ^ (x >>> 15)) >>> 0
}

const momentOf = (ms: number): string => new Date(ms).toISOString()
export const dayText = (ms: number): string => momentOf(ms).slice(0, 10)

export class BulkRows {
  /** First index of each level, and of what would come after the last */
  readonly #starts: number[]

  constructor(readonly of: RowsOf) {
    const sizes = LEVEL_SHARES.map((share) => Math.floor(of.links * share))
    sizes[0]! += of.links - sizes.reduce((sum, count) => sum + count, 0)
    this.#starts = [0, of.lots - of.links]
    for (const count of sizes) this.#starts.push(this.#starts.at(-1)! + count)
  }

  #random(index: number, purpose: keyof typeof PURPOSE, below: number): number {
    return hash(this.of.randomSeed, index, PURPOSE[purpose]) % below
  }

  #levelOf(index: number): number {
    let level = 0
    while (index >= this.#starts[level + 1]!) level++
    return level
  }

  /** The lot that this one is taken from, in the level before; -1 for none. Only wholesalers pass on. */
  #sourceOf(index: number): number {
    const level = this.#levelOf(index)
    if (level === 0) return -1
    const from = this.#starts[level - 1]!
    const there = this.#starts[level]! - from
    const passing = level === 1 ? there : Math.max(1, Math.floor(there / 2))
    return from + this.#random(index, 'source', passing)
  }

  #siteOf(index: number): number {
    const site = this.of.firstSite
    const level = this.#levelOf(index)
    if (level === 0) return site + this.#random(index, 'site', this.of.producers)
    const [from, to] = [this.#starts[level]!, this.#starts[level + 1]!]
    // The first half of a level is passed on, the last level is sold: traders stand wholesaler, shop, wholesaler ...
    const passes = level < LEVEL_SHARES.length && index - from < (to - from) / 2
    const pairs = Math.floor(this.of.traders / 2)
    const first = this.of.producers + (this.of.producers % 2 === (passes ? 0 : 1) ? 0 : 1)
    return site + first + 2 * this.#random(index, 'site', pairs)
  }

  #productOf(index: number): number {
    return this.of.firstProduct + (this.#siteOf(index) - this.of.firstSite) * PRODUCTS_A_SITE + this.#kindOf(index)
  }

  /** Which of its site's five products; a lot that is taken from another is the same food. */
  #kindOf(index: number): number {
    const source = this.#sourceOf(index)
    return source < 0 ? this.#random(index, 'product', PRODUCTS_A_SITE) : this.#kindOf(source)
  }

  /** Milliseconds: a source 10 to 90 days ago, then up to a day and a half after the lot that it is taken from. */
  #createdAt(index: number): number {
    const source = this.#sourceOf(index)
    if (source < 0) return this.of.now - 10 * DAY_MS - this.#random(index, 'age', 80 * 24) * HOUR_MS
    return this.#createdAt(source) + (1 + this.#random(index, 'pause', 36)) * HOUR_MS
  }

  #quantityOf(index: number): string {
    return (1 + this.#random(index, 'quantity', 9000) / 10).toFixed(1)
  }

  #codeOf(index: number): string {
    const id = this.of.firstLot + index
    const code = codeOf(id)
    return this.of.taken.has(code) ? codeOf(SPARE_NUMBERS + id) : code
  }

  // -------------------------------------------------------------------------------- rows

  *lots(): Generator<string> {
    for (let i = 0; i < this.of.lots; i++) {
      const at = this.#createdAt(i)
      const begun = dayText(at - DAY_MS)
      const expires = dayText(at + 10 * (1 + this.#kindOf(i)) * DAY_MS)
      const status = this.#random(i, 'quantity', 10) === 0 ? 'sold_out' : 'active'
      const created = momentOf(at)
      yield `${this.of.firstLot + i}\t${this.#productOf(i)}\t${this.#siteOf(i)}\t${this.#quantityOf(i)}\tKGM\t\\N\t${begun}\t\\N\t${expires}\t${status}\t${created}\t${created}\n`
    }
  }

  *codes(): Generator<string> {
    for (let i = 0; i < this.of.lots; i++)
      yield `${this.#codeOf(i)}\tlot\t${this.of.firstLot + i}\t${momentOf(this.#createdAt(i))}\n`
  }

  /** How a lot came into being has the lot's number; the goods-in events of those taken from another follow. */
  #creationOf(index: number): number {
    return this.of.firstEvent + index
  }
  #receivingOf(index: number): number {
    return this.of.firstEvent + this.of.lots + index - this.#starts[1]!
  }

  *events(): Generator<string> {
    for (let i = 0; i < this.of.lots; i++) {
      const at = momentOf(this.#createdAt(i))
      const site = this.#siteOf(i)
      const what = i < this.#starts[1]! ? 'object\tadd\tcommissioning' : 'transformation\t\\N\trepackaging'
      yield `${this.#creationOf(i)}\t${what}\tactive\t${at}\t${at}\t${site}\t${site}\n`
    }
    for (let i = this.#starts[1]!; i < this.of.lots; i++) {
      const at = momentOf(this.#createdAt(i))
      const site = this.#siteOf(i)
      yield `${this.#receivingOf(i)}\tobject\tobserve\treceiving\tin_progress\t${at}\t${at}\t${site}\t${site}\n`
    }
  }

  *eventLots(): Generator<string> {
    const lot = this.of.firstLot
    for (let i = 0; i < this.of.lots; i++) {
      const amount = `${this.#quantityOf(i)}\tKGM\n`
      const source = this.#sourceOf(i)
      if (source < 0) yield `${this.#creationOf(i)}\t${lot + i}\tobject\t${amount}`
      else {
        yield `${this.#creationOf(i)}\t${lot + source}\tinput\t${amount}`
        yield `${this.#creationOf(i)}\t${lot + i}\toutput\t${amount}`
      }
    }
    for (let i = this.#starts[1]!; i < this.of.lots; i++)
      yield `${this.#receivingOf(i)}\t${lot + this.#sourceOf(i)}\tobject\t${this.#quantityOf(i)}\tKGM\n`
  }

  *parties(): Generator<string> {
    for (let i = this.#starts[1]!; i < this.of.lots; i++) {
      const event = this.#receivingOf(i)
      yield `${event}\tsource\t${this.#siteOf(this.#sourceOf(i))}\n`
      yield `${event}\tdestination\t${this.#siteOf(i)}\n`
    }
  }

  *scans(): Generator<string> {
    const CHANNELS = ['telegram', 'zalo', 'web'] as const
    const MEANS = ['photo', 'typed', 'link'] as const
    for (let n = 0; n < this.of.scans; n++) {
      const i = this.#random(n, 'scan', this.of.lots)
      const at = momentOf(this.of.now - this.#random(n, 'scanAge', 10 * 24 * 3600) * 1000)
      const scanner = `\\\\x${this.#random(n, 'scanner', 2 ** 20)
        .toString(16)
        .padStart(32, '0')}`
      yield `${at}\t${this.#codeOf(i)}\t${this.of.firstLot + i}\t${scanner}\t${CHANNELS[n % 3]}\t${MEANS[n % 3]}\tvalid\n`
    }
  }
}
