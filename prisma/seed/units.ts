/**
 * Hà Nội as far as this house serves it, in both orders: city, district and wards to 30/6/2025; city and wards since.
 * Which old ward feeds which new one is published (resolution 1656/NQ-UBTVQH15, article 1); how much of a split ward went
 * where, and by which addresses, is not, so those rows have no share and are not verified.
 */
import type { UnitKind } from '../generated/enums.js'
import type { Tx } from '../tx.js'

export interface UnitData {
  code: string
  kind: UnitKind
  name: string
  nameEn: string
  parent: string | null
  /** YYYY-MM-DD; the day from which our data knows it, when it is older than this */
  validFrom: string
  validTo: string | null
}

const KNOWN_SINCE = '2020-01-01'
/** Two-tier government began on this day, and the district ended the day before. */
export const TWO_TIERS_FROM = '2025-07-01'
const DISTRICT_UNTIL = '2025-06-30'
/** Nguyễn Trung Trực was merged into Trúc Bạch on this day. */
export const MERGED_ON = '2025-01-01'
const BEFORE_THE_MERGER = '2024-12-31'

const oldWard = (code: string, name: string, nameEn: string, validTo = DISTRICT_UNTIL): UnitData => ({
  code: `HN-BD-${code}`,
  kind: 'ward',
  name: `Phường ${name}`,
  nameEn: `${nameEn} ward`,
  parent: 'HN-BD',
  validFrom: KNOWN_SINCE,
  validTo,
})
const newWard = (code: string, name: string, nameEn: string): UnitData => ({
  code: `HN-P-${code}`,
  kind: 'ward',
  name: `Phường ${name}`,
  nameEn: `${nameEn} ward`,
  parent: 'HN',
  validFrom: TWO_TIERS_FROM,
  validTo: null,
})

/** Parents before their children. */
export const UNITS: readonly UnitData[] = [
  {
    code: 'HN',
    kind: 'city',
    name: 'Thành phố Hà Nội',
    nameEn: 'Ha Noi city',
    parent: null,
    validFrom: KNOWN_SINCE,
    validTo: null,
  },
  {
    code: 'HN-BD',
    kind: 'district',
    name: 'Quận Ba Đình',
    nameEn: 'Ba Dinh district',
    parent: 'HN',
    validFrom: KNOWN_SINCE,
    validTo: DISTRICT_UNTIL,
  },
  oldWard('CV', 'Cống Vị', 'Cong Vi'),
  oldWard('DB', 'Điện Biên', 'Dien Bien'),
  oldWard('DC', 'Đội Cấn', 'Doi Can'),
  oldWard('GV', 'Giảng Võ', 'Giang Vo'),
  oldWard('KM', 'Kim Mã', 'Kim Ma'),
  oldWard('LG', 'Liễu Giai', 'Lieu Giai'),
  oldWard('NH', 'Ngọc Hà', 'Ngoc Ha'),
  oldWard('NK', 'Ngọc Khánh', 'Ngoc Khanh'),
  oldWard('NTT', 'Nguyễn Trung Trực', 'Nguyen Trung Truc', BEFORE_THE_MERGER),
  oldWard('PX', 'Phúc Xá', 'Phuc Xa'),
  oldWard('QT', 'Quán Thánh', 'Quan Thanh'),
  oldWard('TC', 'Thành Công', 'Thanh Cong'),
  oldWard('TB', 'Trúc Bạch', 'Truc Bach'),
  oldWard('VP', 'Vĩnh Phúc', 'Vinh Phuc'),
  newWard('BD', 'Ba Đình', 'Ba Dinh'),
  newWard('NH', 'Ngọc Hà', 'Ngoc Ha'),
  newWard('GV', 'Giảng Võ', 'Giang Vo'),
  newWard('HH', 'Hồng Hà', 'Hong Ha'),
]

export interface SuccessionData {
  from: string
  to: string
  onDate: string
  share: number | null
  addressRule: string | null
  verified: boolean
  source: string
}

const RESOLUTION = '1656/NQ-UBTVQH15'

const whole = (from: string, to: string, source = RESOLUTION): SuccessionData => ({
  from: `HN-BD-${from}`,
  to: `HN-P-${to}`,
  onDate: TWO_TIERS_FROM,
  share: 1,
  addressRule: null,
  verified: true,
  source,
})
const part = (from: string, to: string, addressRule: string | null = null): SuccessionData => ({
  from: `HN-BD-${from}`,
  to: `HN-P-${to}`,
  onDate: TWO_TIERS_FROM,
  share: null,
  addressRule,
  verified: false,
  source: RESOLUTION,
})
const ofTheDistrict = (to: string): SuccessionData => ({ ...part('', to), from: 'HN-BD' })

export const SUCCESSIONS: readonly SuccessionData[] = [
  {
    from: 'HN-BD-NTT',
    to: 'HN-BD-TB',
    onDate: MERGED_ON,
    share: 1,
    addressRule: null,
    verified: true,
    source: 'Sắp xếp phường, 1/1/2025',
  },
  ...['BD', 'NH', 'GV', 'HH'].map(ofTheDistrict),
  whole('QT', 'BD'),
  whole('TB', 'BD'),
  part('DB', 'BD', 'Một phần khác về phường Hoàn Kiếm, ngoài dữ liệu này'),
  part('DC', 'BD'),
  part('DC', 'NH', 'Phần còn lại'),
  part('KM', 'BD'),
  part('KM', 'NH'),
  part('KM', 'GV', 'Phần còn lại'),
  part('NH', 'BD'),
  part('NH', 'NH', 'Phần còn lại'),
  whole('VP', 'NH'),
  whole('LG', 'NH'),
  part('CV', 'NH'),
  part('CV', 'GV', 'Phần còn lại'),
  part('NK', 'NH'),
  part('NK', 'GV', 'Phần còn lại'),
  whole('GV', 'GV'),
  part('TC', 'GV'),
  part('PX', 'HH'),
]

/** Puts the tree in, or brings names, dates and links up to this file; what others added stays. */
export async function seedUnits({ prisma }: Pick<Tx, 'prisma'>): Promise<Map<string, number>> {
  const ids = new Map<string, number>()
  for (const { parent, ...unit } of UNITS) {
    const data = {
      ...unit,
      parentId: parent === null ? null : ids.get(parent)!,
      validFrom: new Date(unit.validFrom),
      validTo: unit.validTo === null ? null : new Date(unit.validTo),
    }
    const { id } = await prisma.unit.upsert({
      where: { code: unit.code },
      create: data,
      update: data,
      select: { id: true },
    })
    ids.set(unit.code, id)
  }
  for (const { from, to, onDate, ...rest } of SUCCESSIONS) {
    const key = { fromId: ids.get(from)!, toId: ids.get(to)! }
    const data = { ...rest, onDate: new Date(onDate) }
    await prisma.unitSuccession.upsert({
      where: { fromId_toId: key },
      create: { ...key, ...data },
      update: data,
      select: { toId: true },
    })
  }
  return ids
}
