/** What labels and signs say. They are read in Hà Nội's shops: in Vietnamese. */
import type { EstablishmentProvenance, LotProvenance, Party } from '../domain/provenance.js'
import { say, text } from '../locales/say.js'
import { buildDigitalLink } from '../qr/digital-link.js'
import { layOutLabel, papersThatFit, type LabelRefusal, type LabelWords } from '../qr/label.js'
import type { Paper } from '../qr/label-sizes.js'
import type { Sign, SignWords } from '../qr/sign.js'

/** `codeRoot`: where codes lead, without a trailing slash */
export function labelWords(lot: LotProvenance, codeRoot: string): LabelWords {
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

/** Why a paper will not do for a lot, and which would; null: it will. */
export function paperRefusal(words: LabelWords, paper: Paper): { why: LabelRefusal; fitting: Paper[] } | null {
  const laid = layOutLabel(words, paper)
  return 'refused' in laid ? { why: laid.refused, fitting: papersThatFit(words) } : null
}

export function signWords(
  sign: Sign,
  { who, badge, establishmentCode }: EstablishmentProvenance,
  code: string,
  codeRoot: string,
): SignWords {
  const vi = (key: 'badge-number' | 'badge-until' | 'badge-by', params: Parameters<typeof text>[1]) =>
    say('vi', text(`sign.${key}`, params))
  const of =
    badge === null || sign === 'window'
      ? []
      : [
          vi('badge-number', { number: badge.number }),
          vi('badge-until', { day: { day: badge.validUntil } }),
          vi('badge-by', { unit: { vi: badge.issuedBy.name, en: badge.issuedBy.nameEn } }),
        ]
  return {
    code,
    url: `${codeRoot}/c/${code}`,
    heading: say('vi', text(`sign.heading.${sign}`)),
    name: who.name ?? establishmentCode,
    lines: [...addressOf(who), ...of],
    how: say('vi', text('sign.how')),
  }
}

const addressOf = ({ address }: Party): string[] => (address ? [address] : [])
