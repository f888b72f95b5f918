/** Draws a lot's label when somebody asks for it: nothing is stored, and it shows the lot as it is at that moment. */
import { labelOfKey, type LabelFormat } from '../bot/labels.js'
import { lookUp, type LotProvenance } from '../domain/provenance.js'
import { say, text } from '../locales/say.js'
import type { Sql } from '../prisma/tx.js'
import { buildDigitalLink } from '../qr/digital-link.js'
import { layOutLabel, type LabelWords } from '../qr/label.js'
import { CHAT_SCALE, labelPdf, labelPng } from '../qr/label-drawing.js'
import type { Clock } from './clock.js'

export interface LabelTools {
  sql: Sql
  clock: Clock
  /** Where codes lead, without a trailing slash */
  codeRoot: string
  stored: { read(key: string): Promise<Buffer> }
}

/** Reads a file to send by its key: a label is drawn, anything else comes from the file store. */
export const filesToSend = ({ sql, clock, codeRoot, stored }: LabelTools) => ({
  async read(key: string): Promise<Buffer> {
    const asked = labelOfKey(key)
    if (!asked) return stored.read(key)
    const lot = await lookUp(sql, asked.code, { now: clock.now() })
    if (lot.kind !== 'lot') throw new Error(`no lot has the label ${asked.code}`)
    return drawLabel(labelWords(lot, codeRoot), asked.format)
  },
})

async function drawLabel(said: LabelWords, format: LabelFormat): Promise<Buffer> {
  const laid = layOutLabel(said)
  if ('refused' in laid) throw new Error(`the label of ${said.code} cannot be drawn: ${laid.refused}`)
  const { label } = laid
  return format === 'pdf' ? labelPdf(label) : labelPng(label, { scale: CHAT_SCALE })
}

/** Labels are read in Hà Nội's shops: in Vietnamese. */
function labelWords(lot: LotProvenance, codeRoot: string): LabelWords {
  const { product, lotCode, harvestedOn, producedOn, expiresOn, shop, makers, verified } = lot
  const line = (key: 'label.harvested' | 'label.made' | 'label.expires', day: string | null) =>
    day === null ? [] : [say('vi', text(key, { day: { day } }))]
  return {
    code: lotCode,
    url: labelAddress(lot, codeRoot),
    title: say('vi', text('label.title')),
    productName: product.name,
    establishmentName: (shop ?? verified.stated.by).name ?? makers.find(({ name }) => name)?.name ?? '',
    lotLines: [
      ...line('label.harvested', harvestedOn),
      ...line('label.made', producedOn),
      ...line('label.expires', expiresOn),
    ],
  }
}

/** With a GTIN of the open range the GS1 Digital Link, else the code's own page. */
export function labelAddress(
  { product: { gtin }, lotCode }: Pick<LotProvenance, 'product' | 'lotCode'>,
  codeRoot: string,
): string {
  const link = gtin ? buildDigitalLink(codeRoot, { gtin, lot: lotCode }) : undefined
  return link && 'uri' in link ? link.uri : `${codeRoot}/c/${lotCode}`
}
