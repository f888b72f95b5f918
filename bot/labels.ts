/**
 * A lot's label as files to send. Nothing is stored: the file's key says which label, and it is drawn when it is sent, so
 * that it shows the lot as it then is.
 */
import type { FileOut } from './channels/channel.js'

const FORMATS = [
  { format: 'png', mime: 'image/png' },
  { format: 'pdf', mime: 'application/pdf' },
] as const
export type LabelFormat = (typeof FORMATS)[number]['format']

const KEY = /^label:([0-9A-Z]+)\.(png|pdf)$/

/** To print: every byte counts, so both go out as documents. */
export const labelFiles = (code: string): FileOut[] =>
  FORMATS.map(({ format, mime }) => ({
    key: `label:${code}.${format}`,
    mime,
    name: `tem-${code}.${format}`,
    asDocument: true,
  }))

/** Which label a key asks for; null: the key is of a stored file. */
export function labelOfKey(key: string): { code: string; format: LabelFormat } | null {
  const [, code, format] = KEY.exec(key) ?? []
  return code === undefined ? null : { code, format: format as LabelFormat }
}
