/**
 * A lot's labels, and a shop's signs, as files to send. Nothing is stored: the file's key says which, and it is drawn when it is
 * sent, so that it shows the lot as it then is.
 */
import { DEFAULT_PAPER, isPaper, isSheet, labelsAPage, type Paper } from '../qr/label-sizes.js'
import { SIGNS, type Sign } from '../qr/sign.js'
import type { FileOut } from './channels/channel.js'

/** SVG is for those who set labels into a drawing of their own, from outside; no chat network carries it. */
export const LABEL_FORMATS = ['png', 'svg', 'pdf'] as const
export type LabelFormat = (typeof LABEL_FORMATS)[number]
const MIMES = { png: 'image/png', pdf: 'application/pdf' } as const
/** What goes out in a chat */
type SentFormat = keyof typeof MIMES
const FORMATS = Object.keys(MIMES) as SentFormat[]

/** What a key asks for. */
export type Asked =
  /** `paper` null: none was chosen, so the usual one, or the next on which the words fit */
  | { kind: 'label'; code: string; paper: Paper | null; count: number; format: SentFormat }
  | { kind: 'sign'; code: string; sign: Sign; format: SentFormat }

const LABEL_KEY = /^label:([0-9A-Z]+)(?:\.([\w-]+)\.(\d+))?\.(png|pdf)$/
const SIGN_KEY = /^sign:([0-9A-Z]+)\.(\w+)\.(png|pdf)$/

/** To print: every byte counts, so they go out as documents. */
const file = (key: string, name: string, format: SentFormat): FileOut => ({
  key: `${key}.${format}`,
  mime: MIMES[format],
  name: `${name}.${format}`,
  asDocument: true,
})

/** The label on the usual paper. */
export const labelFiles = (code: string): FileOut[] =>
  FORMATS.map((format) => file(`label:${code}`, `tem-${code}`, format))

/** So many labels on the paper that was chosen: all of them as PDF, and as a picture when one is enough. */
export const labelsToPrint = (code: string, paper: Paper, count: number): FileOut[] =>
  FORMATS.filter((format) => format === 'pdf' || !isSheet(paper) || count <= labelsAPage(paper)).map((format) =>
    file(`label:${code}.${paper}.${count}`, `tem-${code}-${paper}`, format),
  )

const SIGN_NAMES: Record<Sign, string> = { badge: 'bien-nhan-dien', window: 'dan-cua' }
export const signFiles = (code: string, sign: Sign): FileOut[] =>
  FORMATS.map((format) => file(`sign:${code}.${sign}`, `${SIGN_NAMES[sign]}-${code}`, format))

/** What a key asks to be drawn; null: the key is of a stored file. */
export function askedFor(key: string): Asked | null {
  const [, code, paper, count, format] = LABEL_KEY.exec(key) ?? []
  if (code !== undefined) {
    if (paper !== undefined && !isPaper(paper)) return null
    return { kind: 'label', code, paper: paper ?? null, count: Number(count ?? 1), format: format as SentFormat }
  }
  const [, of, sign, as] = SIGN_KEY.exec(key) ?? []
  return of !== undefined && SIGNS.includes(sign as Sign)
    ? { kind: 'sign', code: of, sign: sign as Sign, format: as as SentFormat }
    : null
}

export const USUAL_PAPERS: readonly Paper[] = [DEFAULT_PAPER, 'roll-58']
