/** multipart/form-data, as the Bot API takes it (RFC 7578): names and file names in raw UTF-8. */
import type { UploadedFile } from './telegram/rules.js'

export interface Form {
  fields: Record<string, string>
  files: UploadedFile[]
}

const CRLF = Buffer.from('\r\n')
const HEAD_END = Buffer.from('\r\n\r\n')

/** @throws Error when it is no such body */
export function readMultipart(contentType: string, body: Buffer): Form {
  const boundary = /boundary=(?:"([^"]+)"|([^;]+))/i.exec(contentType)
  if (!boundary) throw new Error('multipart without a boundary')
  const border = Buffer.from(`--${boundary[1] ?? boundary[2]}`)
  const form: Form = { fields: {}, files: [] }
  let at = body.indexOf(border)
  while (at >= 0) {
    const start = at + border.length
    if (body.subarray(start, start + 2).toString() === '--') return form
    const headEnd = body.indexOf(HEAD_END, start)
    const next = body.indexOf(Buffer.concat([CRLF, border]), start)
    if (headEnd < 0 || next < 0) break
    keepPart(form, body.subarray(start, headEnd).toString(), body.subarray(headEnd + HEAD_END.length, next))
    at = next + CRLF.length
  }
  throw new Error('multipart cut short')
}

function keepPart(form: Form, head: string, bytes: Buffer): void {
  const field = /; name="([^"]*)"/.exec(head)?.[1]
  if (field === undefined) throw new Error('a part without a name')
  const name = /; filename="([^"]*)"/.exec(head)?.[1]
  if (name === undefined) form.fields[field] = bytes.toString()
  else form.files.push({ field, name, bytes })
}
