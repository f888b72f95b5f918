/** Labels and signs of every kind, from a seed: long Vietnamese names, days, counts, addresses with and without GTIN and signature. */
import { say, text } from '../../locales/say.js'
import { codeOf } from '../../qr/codes.js'
import { buildDigitalLink, gs1CheckDigit } from '../../qr/digital-link.js'
import { layOutLabel, type Element, type Label, type LabelWords } from '../../qr/label.js'
import { SHEETS, type Paper } from '../../qr/label-sizes.js'
import { layOutSign, SIGNS, type Sign, type SignWords } from '../../qr/sign.js'

/** The same numbers from the same seed (mulberry32), 0 to 1. */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export const PAPERS: readonly Paper[] = ['50x30', '40x30', 'roll-58', ...SHEETS, 'a4-2x5', 'a4-4x7-8', 'a4-5x6-5']
export const KINDS: readonly (Paper | Sign)[] = [...PAPERS, ...SIGNS]

export interface LabelCase {
  kind: Paper | Sign
  code: string
  url: string
  /** All that must stand on it, in its order, each once; the title may be missing */
  said: string[]
  laid: { label: Label } | { refused: string }
}

export const HOST = 'ronguon.example.vn'
const NAMES =
  'Bưởi tôm vàng|Cam Canh|Bánh cốm|Cốm tươi làng Vòng|Ổi lê ruột hồng|Vải thiều Thanh Hà|Thịt lợn ba chỉ|Gạo nếp cái hoa vàng|Giò lụa ước lễ|Mướp đắng'
const TAILS =
  '|loại một|đóng hộp quà tặng Tết Nguyên đán|(500 g)|ẤM ẦM ỔN ĐỊNH|hữu cơ Đan Phượng trồng theo VietGAP|cho người thân phương xa'
const SHOPS =
  'Bánh cốm An Nhiên, 27B Hàng Than|Cửa hàng trái cây Mây Lành|Hợp tác xã Nông nghiệp hữu cơ ỔN ĐỊNH Ấp Bắc|Cô Lan|Công ty TNHH Một thành viên Thực phẩm sạch và Dịch vụ Thương mại Quốc tế Đồng Bằng Sông Hồng'

export function labelCase(kind: Paper | Sign, random: () => number): LabelCase {
  const one = (of: string): string => {
    const all = of.split('|')
    return all[Math.floor(random() * all.length)]!
  }
  const day = () =>
    `20${26 + Math.floor(random() * 4)}-0${1 + Math.floor(random() * 9)}-${10 + Math.floor(random() * 18)}`
  const code = codeOf(Math.floor(random() * 1e9))
  const digits = `893${String(Math.floor(random() * 1e9)).padStart(9, '0')}`
  const link = buildDigitalLink(`https://${HOST}`, { gtin: digits + gs1CheckDigit(digits), lot: code })
  const url = random() < 0.3 && 'uri' in link ? link.uri : `https://${HOST}/c/${code}`
  if (kind === 'badge' || kind === 'window') {
    const words: SignWords = {
      code,
      url,
      heading: say('vi', text(`sign.heading.${kind}`)),
      name: one(SHOPS),
      lines: [
        `${1 + Math.floor(random() * 200)} phố Quán Thánh, phường Ba Đình`,
        ...(kind === 'badge' ? ['Số BND-BD-0001', say('vi', text('sign.badge-until', { day: { day: day() } }))] : []),
      ],
      how: say('vi', text('sign.how')),
    }
    return {
      kind,
      code,
      url,
      said: [words.heading, words.name, ...words.lines, words.how],
      laid: layOutSign(kind, words),
    }
  }
  const days = [
    say('vi', text('label.made', { day: { day: day() } })),
    say('vi', text('label.expires', { day: { day: day() } })),
  ]
  const words: LabelWords = {
    code,
    url,
    title: say('vi', text('label.title')),
    productName: `${one(NAMES)} ${one(TAILS)}`.trim(),
    establishmentName: one(SHOPS),
    lotLines: days.slice(0, Math.floor(random() * 3)),
  }
  return {
    kind,
    code,
    url,
    said: [words.productName, words.establishmentName, ...words.lotLines],
    laid: layOutLabel(words, kind),
  }
}

interface Box {
  left: number
  top: number
  right: number
  bottom: number
  what: string
}
const QUIET = 4
const boxOf = (element: Element): Box[] => {
  if (element.kind === 'cut') return []
  const { x, y } = element
  if (element.kind === 'text')
    return [{ left: x, right: x + element.width, top: y - element.up, bottom: y + element.down, what: element.text }]
  const [quiet, side] = [QUIET * element.module, element.dark.length * element.module]
  return [{ left: x - quiet, right: x + side + quiet, top: y - quiet, bottom: y + side + quiet, what: 'symbol' }]
}
const HAIR = 1e-6

/** What of a label's ink touches other ink, a quiet zone or the edge, measured from the boxes of letters as the font has them. */
export function touching({ width, height, elements }: Label): string[] {
  const boxes = elements.flatMap(boxOf)
  return boxes.flatMap((a, i) => [
    ...(a.left > -HAIR && a.top > -HAIR && a.right < width + HAIR && a.bottom < height + HAIR
      ? []
      : [`${a.what}: edge`]),
    ...boxes
      .slice(i + 1)
      .filter(
        (b) =>
          !(a.right < b.left + HAIR || b.right < a.left + HAIR || a.bottom < b.top + HAIR || b.bottom < a.top + HAIR),
      )
      .map((b) => `${a.what}: ${b.what}`),
  ])
}

/** What should stand on a label and does not stand there whole. */
export function missing({ said }: LabelCase, { elements }: Label): string[] {
  const shown = elements
    .flatMap((one) => (one.kind === 'text' ? [one.text] : []))
    .join(' ')
    .replace(/\s/g, '')
  return said.filter((words) => !shown.includes(words.normalize('NFC').replace(/\s/g, '')))
}
