/** From modules that are more or less dark to the symbol that was meant: format, masks, blocks, error correction. */
import { FORMATS, type Format, type Layout, MASKS, blocksOf, formatPlaces } from './layout.js'
import { correct } from './reed-solomon.js'

/** Row by row, 1 is surely dark, -1 surely light, 0 unknown. */
export type Softly = Float32Array

export interface Meant {
  /** Row by row, 1 is dark: the symbol as it was printed */
  modules: Uint8Array
  size: number
  /** Share of the error correction that was not needed, 0 to 1, of the block that needed most */
  unused: number
}

/** The likeliest formats are tried with erasures too. */
const FORMATS_LIKELY = 2
/** Both copies of the format may be damaged: so many are tried, these only with all codewords trusted. */
const FORMATS_TRIED = 6
/** A likely format has at least so much of what a clean one has. */
const FORMAT_SHARE = 0.25
/** Codewords of a block's correction that may not be used up: a wrong correction passes less than once in 256^3 tries. */
const SPARE_WHEN_ERASED = 3
const SPARE = 2

/** Undefined when the modules are not those of a symbol, as far as its error correction can tell. */
export function meantBy(modules: Softly, layout: Layout): Meant | undefined {
  for (const { format, likely } of formats(modules, layout.size)) {
    const meant = corrected(modules, layout, format, likely)
    if (meant) return meant
  }
  return undefined
}

/** The likeliest first. */
function formats(modules: Softly, size: number): { format: Format; likely: boolean }[] {
  const places = formatPlaces(size)
  const scored = FORMATS.map((format) => {
    let score = 0
    for (const copy of places)
      copy.forEach((at, i) => (score += (format.bits >> (14 - i)) & 1 ? modules[at]! : -modules[at]!))
    return { format, score: score / 30 }
  }).sort((a, b) => b.score - a.score)
  return scored
    .slice(0, FORMATS_TRIED)
    .map(({ format, score }, i) => ({ format, likely: i < FORMATS_LIKELY && score > FORMAT_SHARE }))
}

function corrected(modules: Softly, layout: Layout, format: Format, erasures: boolean): Meant | undefined {
  const { size, order } = layout
  const mask = MASKS[format.mask]!
  const total = order.length >> 3
  const codewords = new Uint8Array(total)
  const trust = new Float32Array(total).fill(1)
  for (let i = 0; i < total * 8; i++) {
    const at = order[i]!
    const value = modules[at]!
    const dark = value > 0
    if (dark !== mask(at % size, Math.floor(at / size))) codewords[i >> 3]! |= 0x80 >> (i & 7)
    trust[i >> 3] = Math.min(trust[i >> 3]!, Math.abs(value))
  }

  const blocks = blocksOf(layout, format.level)
  const places = interleaved(blocks)
  let unused = 1
  const right = new Uint8Array(total)
  for (const [b, { correction }] of blocks.entries()) {
    const where = places[b]!
    const received = Uint8Array.from(where, (at) => codewords[at]!)
    const doubt = erasures ? Float32Array.from(where, (at) => trust[at]!) : undefined
    const done = correctSoftly(received, correction, doubt)
    if (!done) return undefined
    done.codewords.forEach((codeword, i) => (right[where[i]!] = codeword))
    unused = Math.min(unused, 1 - done.used / correction)
  }
  return { modules: drawn(right, layout, format), size, unused }
}

/** First with trust in all codewords, then with ever more of the least trusted ones left out. */
function correctSoftly(
  received: Uint8Array,
  correction: number,
  trust: Float32Array | undefined,
): { codewords: Uint8Array; used: number } | undefined {
  const plain = correct(received, correction, [], SPARE)
  if (plain) return { codewords: plain.codewords, used: plain.errors * 2 }
  if (!trust) return undefined
  const doubted = Array.from(trust.keys()).sort((a, b) => trust[a]! - trust[b]!)
  for (let n = 1; n <= correction - SPARE_WHEN_ERASED; n += correction > 20 ? 2 : 1) {
    const done = correct(received, correction, doubted.slice(0, n), SPARE_WHEN_ERASED)
    if (done) return { codewords: done.codewords, used: done.errors * 2 + n }
  }
  return undefined
}

/** For each block the places of its codewords in the symbol's order. */
function interleaved(blocks: readonly { data: number; correction: number }[]): number[][] {
  const places = blocks.map((): number[] => [])
  let at = 0
  const longest = Math.max(...blocks.map(({ data }) => data))
  for (let i = 0; i < longest; i++) blocks.forEach(({ data }, b) => i < data && places[b]!.push(at++))
  for (let i = 0; i < blocks[0]!.correction; i++) blocks.forEach((_, b) => places[b]!.push(at++))
  return places
}

function drawn(codewords: Uint8Array, { size, known, order }: Layout, format: Format): Uint8Array {
  const modules = Uint8Array.from(known, (value) => (value > 0 ? 1 : 0))
  const mask = MASKS[format.mask]!
  order.forEach((at, i) => {
    const bit = i >> 3 < codewords.length ? (codewords[i >> 3]! >> (7 - (i & 7))) & 1 : 0
    modules[at] = bit ^ (mask(at % size, Math.floor(at / size)) ? 1 : 0)
  })
  for (const copy of formatPlaces(size)) copy.forEach((at, i) => (modules[at] = (format.bits >> (14 - i)) & 1))
  return modules
}
