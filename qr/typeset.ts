/**
 * Text measured, broken into lines and turned into outlines with the font that the project ships (Be Vietnam Pro, OFL),
 * so that a label looks the same on every machine, whatever fonts it has.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type * as Fontkit from 'fontkit'

export type Weight = 'regular' | 'bold'

const PACKAGE = '@expo-google-fonts/be-vietnam-pro'
const FILES: Record<Weight, string> = {
  regular: `${PACKAGE}/400Regular/BeVietnamPro_400Regular.ttf`,
  bold: `${PACKAGE}/700Bold/BeVietnamPro_700Bold.ttf`,
}

const require = createRequire(import.meta.url)
const loaded = new Map<Weight, { bytes: Buffer; font: Fontkit.Font }>()

function load(weight: Weight): { bytes: Buffer; font: Fontkit.Font } {
  const known = loaded.get(weight)
  if (known) return known
  const bytes = readFileSync(require.resolve(FILES[weight]))
  // Not before a text is measured: it takes 0.4 s of a process's start.
  const { create } = require('fontkit') as typeof Fontkit
  const font = create(bytes)
  if (!('layout' in font)) throw new Error(`${FILES[weight]} is a collection of fonts`)
  loaded.set(weight, { bytes, font })
  return { bytes, font }
}

/** The font's TTF, to be embedded. */
export const fontBytes = (weight: Weight): Buffer => load(weight).bytes

/** One line as it can be set: composed letters, no control characters, no glyph that the font lacks, single spaces (no-break ones stay). */
export function printable(text: string): string {
  const { font } = load('regular')
  return [...text.normalize('NFC').replace(/[\p{Cc}\p{Cf}]|[^\S\u00a0]/gu, ' ')]
    .filter((letter) => font.hasGlyphForCodePoint(letter.codePointAt(0)!))
    .join('')
    .replace(/ +/g, ' ')
    .trim()
}

/** Width, and how far the ink reaches above and below the baseline, in em. */
export interface Extent {
  width: number
  up: number
  down: number
}

/** Laying a label out measures the same words again and again at other widths. */
const measured = new Map<string, Extent>()
const MEASURED_MOST = 2000

export function extent(text: string, weight: Weight): Extent {
  const key = `${weight} ${text}`
  const known = measured.get(key)
  if (known) return known
  if (measured.size >= MEASURED_MOST) measured.clear()
  const fresh = measure(text, weight)
  measured.set(key, fresh)
  return fresh
}

function measure(text: string, weight: Weight): Extent {
  const { font } = load(weight)
  const run = font.layout(text)
  let [up, down] = [0, 0]
  for (const { bbox } of run.glyphs) {
    if (bbox.maxY > up && Number.isFinite(bbox.maxY)) up = bbox.maxY
    if (-bbox.minY > down && Number.isFinite(bbox.minY)) down = -bbox.minY
  }
  return { width: run.advanceWidth / font.unitsPerEm, up: up / font.unitsPerEm, down: down / font.unitsPerEm }
}

/** The outlines of a line as SVG path data, its baseline beginning at (x, y); `size` is one em in the same unit. */
export function outlines(text: string, weight: Weight, size: number, x: number, y: number): string {
  const { font } = load(weight)
  const scale = size / font.unitsPerEm
  const run = font.layout(text)
  let [pen, data] = [x, '']
  run.glyphs.forEach((glyph, i) => {
    const { xAdvance, xOffset, yOffset } = run.positions[i]!
    data += glyph.path
      .scale(scale, -scale)
      .translate(pen + xOffset * scale, y - yOffset * scale)
      .toSVG()
      .replace(/\d+\.\d{3,}(e-\d+)?/g, (number) => Number(number).toFixed(3))
    pen += xAdvance * scale
  })
  return data
}

export const ELLIPSIS = '…'
const graphemes = new Intl.Segmenter('vi', { granularity: 'grapheme' })

/**
 * Breaks a text into at most `maxLines` lines of at most `maxWidth` em. A word that is wider than a line is broken within.
 * `cut` tells that the text did not fit and ends in an ellipsis.
 */
export function wrap(
  text: string,
  weight: Weight,
  maxWidth: number,
  maxLines: number,
): { lines: string[]; cut: boolean } {
  const fits = (line: string): boolean => extent(line, weight).width <= maxWidth
  const lines: string[] = []
  let line = ''
  const pieces = text.split(' ').flatMap((word) => broken(word, fits))
  for (const { piece, glued } of pieces) {
    const longer = line === '' ? piece : line + (glued ? '' : ' ') + piece
    if (line === '' || fits(longer)) line = longer
    else {
      lines.push(line)
      line = piece
    }
  }
  if (line !== '') lines.push(line)
  if (lines.length <= maxLines) return { lines, cut: false }
  const kept = lines.slice(0, maxLines)
  let last = [...graphemes.segment(kept[maxLines - 1]!)].map(({ segment }) => segment)
  while (last.length > 0 && !fits(last.join('').trimEnd() + ELLIPSIS)) last = last.slice(0, -1)
  kept[maxLines - 1] = last.join('').trimEnd() + ELLIPSIS
  return { lines: kept, cut: true }
}

/** A word in pieces that fit on a line; `glued`: no space before this piece. */
function broken(word: string, fits: (line: string) => boolean): { piece: string; glued: boolean }[] {
  if (fits(word)) return [{ piece: word, glued: false }]
  const pieces: { piece: string; glued: boolean }[] = []
  let piece = ''
  for (const { segment } of graphemes.segment(word)) {
    if (piece !== '' && !fits(piece + segment)) {
      pieces.push({ piece, glued: pieces.length > 0 })
      piece = ''
    }
    piece += segment
  }
  return [...pieces, { piece, glued: pieces.length > 0 }]
}
