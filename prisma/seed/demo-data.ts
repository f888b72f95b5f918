/**
 * The demo's story as tables. Every name is invented. Days are told as "so many days ago", so that the demo is always of
 * today; `demo.ts` puts it into the database.
 */
import { codeOf } from '../../qr/codes.js'
import type { BadgeStatus, CertificateKind, EnterpriseKind, EstablishmentClass } from '../generated/enums.js'

export interface DemoSite {
  key: string
  code: string
  name: string
  class: EstablishmentClass
  enterprise: EnterpriseKind
  address: string
  province: string
  /** Ward to 30/6/2025 and ward since; null: outside of the city */
  wards: [old: string, now: string] | null
  /** Of the demo person who owns it */
  owner: { persona: string; name: string }
  staff?: { persona: string; name: string }
  namedInChain?: boolean
  /** Days from today at which the badge ends; negative: it has ended */
  badge?: { status: BadgeStatus; endsIn: number; stoppedIn?: number }
  /** Papers that an official checked, and one that nobody did */
  certificates: { kind: CertificateKind; endsIn: number | null; checked: boolean; scope?: string }[]
}

const attp = { kind: 'food_safety', endsIn: 500, checked: true } as const
const valid = { status: 'valid', endsIn: 300 } as const
const HA_NOI = 'Hà Nội'

export const SITES: readonly DemoSite[] = [
  {
    key: 'fruit-1',
    code: 'BD-0001',
    name: 'Trái cây Mây Lành',
    class: 'fruit_shop',
    enterprise: 'household',
    address: 'Số 12 phố Châu Long',
    province: HA_NOI,
    wards: ['HN-BD-TB', 'HN-P-BD'],
    owner: { persona: 'owner-fruit', name: 'Cô Hạnh' },
    staff: { persona: 'staff-fruit', name: 'Em Tú' },
    badge: valid,
    certificates: [attp],
  },
  {
    key: 'fruit-2',
    code: 'BD-0002',
    name: 'Hoa quả Nắng Thu',
    class: 'fruit_shop',
    enterprise: 'household',
    address: 'Số 45 phố Quán Thánh',
    province: HA_NOI,
    wards: ['HN-BD-QT', 'HN-P-BD'],
    owner: { persona: 'owner-fruit-2', name: 'Chú Bình' },
    badge: valid,
    certificates: [{ ...attp, endsIn: 20 }],
  },
  {
    key: 'fruit-3',
    code: 'BD-0003',
    name: 'Quả Ngọt Bờ Hồ Nhỏ',
    class: 'fruit_shop',
    enterprise: 'household',
    address: 'Số 8 phố Đội Cấn',
    province: HA_NOI,
    wards: ['HN-BD-DC', 'HN-P-NH'],
    owner: { persona: 'owner-fruit-3', name: 'Bác Lý' },
    badge: { status: 'suspended', endsIn: 200, stoppedIn: -12 },
    certificates: [attp],
  },
  {
    key: 'fruit-4',
    code: 'BD-0004',
    name: 'Vườn Trên Phố',
    class: 'fruit_shop',
    enterprise: 'company',
    address: 'Số 101 phố Liễu Giai',
    province: HA_NOI,
    wards: ['HN-BD-LG', 'HN-P-NH'],
    owner: { persona: 'owner-fruit-4', name: 'Anh Khôi' },
    badge: valid,
    certificates: [attp],
  },
  {
    key: 'fruit-5',
    code: 'BD-0005',
    name: 'Sạp Bà Mận',
    class: 'fruit_shop',
    enterprise: 'household',
    address: 'Số 3 phố Thành Công',
    province: HA_NOI,
    wards: ['HN-BD-TC', 'HN-P-GV'],
    owner: { persona: 'owner-fruit-5', name: 'Bà Mận' },
    badge: { status: 'valid', endsIn: -15 },
    certificates: [
      { kind: 'commitment', endsIn: 120, checked: true },
      { kind: 'vietgap', endsIn: 90, checked: false },
    ],
  },
  {
    key: 'fruit-6',
    code: 'BD-0006',
    name: 'Giỏ Quả Sớm Mai',
    class: 'fruit_shop',
    enterprise: 'household',
    address: 'Số 27 phố Giảng Võ',
    province: HA_NOI,
    wards: ['HN-BD-GV', 'HN-P-GV'],
    owner: { persona: 'owner-fruit-6', name: 'Chị Vân' },
    badge: valid,
    certificates: [{ ...attp, endsIn: -10 }],
  },
  {
    key: 'cakes-1',
    code: 'BD-0011',
    name: 'Bánh cốm Gác Thóc',
    class: 'cake_maker',
    enterprise: 'household',
    address: 'Số 60 phố Hàng Than',
    province: HA_NOI,
    wards: ['HN-BD-NTT', 'HN-P-BD'],
    owner: { persona: 'owner-cakes', name: 'Bà Thảo' },
    certificates: [attp, { kind: 'ocop', endsIn: 700, checked: true, scope: 'Bánh cốm' }],
  },
  {
    key: 'cakes-2',
    code: 'BD-0012',
    name: 'Bánh cốm Lá Sen Non',
    class: 'cake_maker',
    enterprise: 'household',
    address: 'Số 88 phố Hàng Than',
    province: HA_NOI,
    wards: ['HN-BD-NTT', 'HN-P-BD'],
    owner: { persona: 'owner-cakes-2', name: 'Ông Tư' },
    certificates: [attp],
  },
  {
    key: 'cakes-3',
    code: 'BD-0013',
    name: 'Bánh cốm Ngõ Gạo',
    class: 'cake_maker',
    enterprise: 'household',
    address: 'Số 5 ngõ Yên Ninh',
    province: HA_NOI,
    wards: ['HN-BD-QT', 'HN-P-BD'],
    owner: { persona: 'owner-cakes-3', name: 'Chị Hoà' },
    certificates: [{ kind: 'commitment', endsIn: 60, checked: true }],
  },
  {
    key: 'wholesaler',
    code: 'BD-0021',
    name: 'Đầu mối nông sản Bến Phù Sa',
    class: 'wholesaler',
    enterprise: 'company',
    address: 'Ô 14 khu chợ đầu mối',
    province: HA_NOI,
    wards: ['HN-BD-PX', 'HN-P-HH'],
    owner: { persona: 'wholesaler', name: 'Anh Dũng' },
    certificates: [attp],
  },
  {
    key: 'importer',
    code: 'BD-0031',
    name: 'Công ty Nhập khẩu Vườn Biển Xa',
    class: 'importer',
    enterprise: 'company',
    address: 'Số 9 phố Kim Mã',
    province: HA_NOI,
    wards: ['HN-BD-KM', 'HN-P-GV'],
    owner: { persona: 'importer', name: 'Chị Nga' },
    certificates: [attp, { kind: 'quarantine', endsIn: 80, checked: true, scope: 'Trái cây nhập khẩu' }],
  },
  {
    key: 'farm-1',
    code: 'PT-0001',
    name: 'Hợp tác xã Đồi Cam Sương Sớm',
    class: 'farm',
    enterprise: 'cooperative',
    address: 'Xã Cao Phong, tỉnh Phú Thọ',
    province: 'Phú Thọ',
    wards: null,
    owner: { persona: 'farmer', name: 'Anh Sơn' },
    certificates: [{ kind: 'vietgap', endsIn: 250, checked: true, scope: 'Cam, bưởi, quýt: 12 ha' }],
  },
  {
    key: 'farm-2',
    code: 'HY-0001',
    name: 'Hợp tác xã Bãi Bồi Xanh',
    class: 'farm',
    enterprise: 'cooperative',
    address: 'Xã Tân Hưng, tỉnh Hưng Yên',
    province: 'Hưng Yên',
    wards: null,
    owner: { persona: 'farmer-2', name: 'Chị Lụa' },
    namedInChain: true,
    certificates: [{ kind: 'vietgap', endsIn: 40, checked: true, scope: 'Rau, nhãn, chuối: 8 ha' }],
  },
]

/** Officials of each level; those of the district until it ended. Only today's tree rules the demo. */
export const OFFICIALS = [
  { persona: 'city-officer', name: 'Cán bộ thành phố', unit: 'HN', role: 'administrator' },
  { persona: 'ward-officer', name: 'Cán bộ phường Ba Đình', unit: 'HN-P-BD', role: 'officer' },
  { persona: 'ward-officer-ngoc-ha', name: 'Cán bộ phường Ngọc Hà', unit: 'HN-P-NH', role: 'officer' },
  { persona: 'ward-officer-giang-vo', name: 'Cán bộ phường Giảng Võ', unit: 'HN-P-GV', role: 'officer' },
  { persona: 'ward-officer-hong-ha', name: 'Cán bộ phường Hồng Hà', unit: 'HN-P-HH', role: 'officer' },
  { persona: 'district-officer', name: 'Cán bộ quận Ba Đình (đến 30/6/2025)', unit: 'HN-BD', role: 'administrator' },
] as const

export const CONSUMERS = [{ persona: 'consumer', name: 'Người mua hàng' }] as const

/** Reports of the demo's consumer, as far as they went; days and hours ago. */
export interface DemoCase {
  kind: string
  site: string
  /** Of LOTS */
  lot?: string
  words: string
  openedHoursAgo: number
  handler: string
  unit: string
  rating?: number
  steps: readonly {
    action: string
    to: 'accepted' | 'checking' | 'decided' | 'closed' | 'refused'
    hoursAgo: number
    reason?: string
  }[]
}

export const CASES: readonly DemoCase[] = [
  {
    kind: 'expired',
    site: 'fruit-1',
    lot: 'expired',
    words: 'Nhãn ghi hết hạn mà vẫn bày trên sạp',
    openedHoursAgo: 100,
    handler: 'ward-officer',
    unit: 'HN-P-BD',
    rating: 5,
    steps: [
      { action: 'accept', to: 'accepted', hoursAgo: 98 },
      { action: 'decide', to: 'decided', hoursAgo: 75, reason: 'Nhắc nhở, yêu cầu bỏ hàng quá hạn' },
      { action: 'close', to: 'closed', hoursAgo: 74, reason: 'Cửa hàng đã bỏ hàng quá hạn, có biên bản' },
    ],
  },
  {
    kind: 'hygiene',
    site: 'fruit-3',
    words: 'Rổ quả để sát cống',
    openedHoursAgo: 30,
    handler: 'ward-officer-ngoc-ha',
    unit: 'HN-P-NH',
    steps: [
      { action: 'accept', to: 'accepted', hoursAgo: 28 },
      { action: 'check', to: 'checking', hoursAgo: 26 },
    ],
  },
  {
    kind: 'short-weight',
    site: 'fruit-6',
    words: 'Cân ở nhà thiếu một lạng',
    openedHoursAgo: 200,
    handler: 'ward-officer-giang-vo',
    unit: 'HN-P-GV',
    steps: [{ action: 'refuse', to: 'refused', hoursAgo: 190, reason: 'Cân đã kiểm định, đúng trong sai số cho phép' }],
  },
]

export interface DemoProduct {
  name: string
  category: string
  uom: string
  shelfLifeDays: number
  /** Of its picture, degrees: the colour that people know it by */
  hue: number
}

const fruit = (name: string, uom: string, shelfLifeDays: number, hue: number): DemoProduct => ({
  name,
  category: 'fresh_fruit',
  uom,
  shelfLifeDays,
  hue,
})

export const PRODUCTS: readonly DemoProduct[] = [
  fruit('Cam Canh', 'KGM', 14, 22),
  fruit('Cam Cao Phong', 'KGM', 14, 32),
  fruit('Bưởi Diễn', 'H87', 45, 52),
  fruit('Bưởi da xanh', 'H87', 30, 84),
  fruit('Quýt đường', 'KGM', 12, 28),
  fruit('Chanh leo', 'KGM', 14, 292),
  fruit('Hồng giòn', 'KGM', 15, 18),
  fruit('Nhãn lồng', 'KGM', 5, 36),
  fruit('Chuối tiêu hồng', 'XBH', 8, 50),
  fruit('Ổi lê', 'KGM', 8, 88),
  fruit('Thanh long ruột đỏ', 'KGM', 12, 336),
  fruit('Dưa lưới', 'H87', 14, 76),
  fruit('Táo New Zealand', 'KGM', 60, 2),
  fruit('Lê Hàn Quốc', 'KGM', 60, 42),
  fruit('Nho đen không hạt', 'KGM', 30, 268),
  fruit('Kiwi vàng', 'XPU', 40, 60),
  fruit('Cherry Chile', 'XCT', 25, 348),
  { name: 'Rau muống', category: 'leaf_vegetable', uom: 'XBE', shelfLifeDays: 2, hue: 118 },
  { name: 'Nếp cái non', category: 'grain', uom: 'KGM', shelfLifeDays: 12, hue: 72 },
  { name: 'Đậu xanh', category: 'grain', uom: 'KGM', shelfLifeDays: 180, hue: 80 },
  { name: 'Cốm tươi', category: 'fresh_com', uom: 'KGM', shelfLifeDays: 2, hue: 92 },
  { name: 'Bánh cốm', category: 'com_cake', uom: 'XBX', shelfLifeDays: 4, hue: 100 },
  { name: 'Bánh xu xê', category: 'com_cake', uom: 'XBX', shelfLifeDays: 4, hue: 46 },
  { name: 'Bánh cốm dừa', category: 'com_cake', uom: 'XBX', shelfLifeDays: 4, hue: 112 },
  { name: 'Chả cốm', category: 'meat_product', uom: 'KGM', shelfLifeDays: 5, hue: 30 },
]

export interface DemoLot {
  key: string
  site: string
  product: string
  /** Days before today on which it was registered */
  ago: number
  quantity: number
  from: string[]
  made: boolean
  origin?: string
  after?: 'sold_out' | 'held' | 'recalled'
}

const first = (
  key: string,
  site: string,
  product: string,
  ago: number,
  quantity: number,
  origin?: string,
): DemoLot => ({
  key,
  site,
  product,
  ago,
  quantity,
  from: [],
  made: false,
  origin,
})
const begun = new Map<string, string>()
/** Passed on: the same food as the lot that it is taken from. */
const passed = (
  key: string,
  site: string,
  from: string,
  ago: number,
  quantity: number,
  after?: DemoLot['after'],
): DemoLot => ({
  key,
  site,
  product: begun.get(from)!,
  ago,
  quantity,
  from: [from],
  made: false,
  after,
})
const made = (
  key: string,
  site: string,
  product: string,
  from: string[],
  ago: number,
  quantity: number,
  after?: DemoLot['after'],
): DemoLot => ({
  key,
  site,
  product,
  ago,
  quantity,
  from,
  made: true,
  after,
})
const named = (lots: DemoLot[]): DemoLot[] => {
  for (const { key, product } of lots) begun.set(key, product)
  return lots
}

/** Sources before what is taken from them. */
export const LOTS: readonly DemoLot[] = [
  ...named([
    first('g1', 'farm-1', 'Cam Canh', 6, 1200),
    first('g2', 'farm-1', 'Cam Cao Phong', 7, 1500),
    first('g3', 'farm-1', 'Bưởi Diễn', 10, 800),
    first('g4', 'farm-1', 'Bưởi da xanh', 9, 500),
    first('g5', 'farm-1', 'Quýt đường', 5, 600),
    first('g6', 'farm-1', 'Chanh leo', 6, 300),
    first('g7', 'farm-1', 'Hồng giòn', 8, 400),
    first('g8', 'farm-1', 'Cam Canh', 2, 900),
    first('g9', 'farm-2', 'Nhãn lồng', 9, 500),
    first('g10', 'farm-2', 'Chuối tiêu hồng', 4, 200),
    first('g11', 'farm-2', 'Ổi lê', 3, 350),
    first('g12', 'farm-2', 'Nếp cái non', 3, 250),
    first('g13', 'farm-2', 'Đậu xanh', 40, 400),
    first('g14', 'farm-2', 'Thanh long ruột đỏ', 5, 450),
    first('g15', 'farm-2', 'Dưa lưới', 6, 300),
    first('g16', 'farm-2', 'Rau muống', 4, 200),
    first('g17', 'farm-2', 'Nếp cái non', 9, 260),
    first('i1', 'importer', 'Táo New Zealand', 12, 2000, 'New Zealand'),
    first('i2', 'importer', 'Lê Hàn Quốc', 10, 1200, 'Hàn Quốc'),
    first('i3', 'importer', 'Nho đen không hạt', 8, 900, 'Úc'),
    first('i4', 'importer', 'Kiwi vàng', 11, 700, 'New Zealand'),
    first('i5', 'importer', 'Cherry Chile', 7, 120, 'Chile'),
  ]),
  ...named([
    passed('w1', 'wholesaler', 'g1', 4, 600),
    passed('w2', 'wholesaler', 'g2', 5, 700),
    passed('w3', 'wholesaler', 'g3', 7, 300),
    passed('w4', 'wholesaler', 'g5', 3, 250),
    passed('w5', 'wholesaler', 'i1', 8, 900),
    passed('w6', 'wholesaler', 'i2', 7, 500),
    passed('w7', 'wholesaler', 'i3', 5, 400),
    passed('w8', 'wholesaler', 'g10', 3, 120),
    passed('w9', 'wholesaler', 'g14', 3, 200),
    passed('w10', 'wholesaler', 'g7', 5, 180),
  ]),
  passed('valid', 'fruit-1', 'w1', 1, 60),
  passed('s1', 'fruit-1', 'w5', 3, 80),
  passed('s2', 'fruit-1', 'w6', 2, 45.5),
  passed('s3', 'fruit-1', 'w3', 4, 40),
  passed('expired', 'fruit-1', 'g9', 8, 30),
  passed('s4', 'fruit-1', 'g11', 1, 25),
  passed('s5', 'fruit-2', 'w2', 2, 75),
  passed('s6', 'fruit-2', 'w7', 2, 35),
  passed('s7', 'fruit-2', 'i4', 4, 20),
  passed('soldOut', 'fruit-2', 'w8', 2, 30, 'sold_out'),
  passed('s8', 'fruit-3', 'w4', 1, 50),
  passed('s9', 'fruit-3', 'w9', 1, 40),
  passed('held', 'fruit-3', 'g15', 3, 36, 'held'),
  passed('s10', 'fruit-4', 'w5', 2, 100),
  passed('s11', 'fruit-4', 'i5', 3, 12),
  passed('s12', 'fruit-4', 'w10', 2, 30),
  passed('s13', 'fruit-5', 'g4', 5, 60),
  passed('s14', 'fruit-5', 'g6', 3, 25),
  passed('s15', 'fruit-5', 'g16', 3, 40),
  passed('s16', 'fruit-6', 'g8', 0, 70),
  passed('s17', 'fruit-6', 'w6', 1, 30),
  made('c1', 'cakes-1', 'Cốm tươi', ['g12'], 1, 60),
  made('cake', 'cakes-1', 'Bánh cốm', ['c1', 'g13'], 1, 300),
  made('c2', 'cakes-1', 'Bánh xu xê', ['g13'], 1, 150),
  made('c3', 'cakes-2', 'Bánh cốm', ['g17', 'g13'], 8, 250),
  made('c4', 'cakes-2', 'Bánh cốm dừa', ['g12', 'g13'], 1, 120),
  made('recalled', 'cakes-3', 'Chả cốm', ['g12'], 2, 40, 'recalled'),
  made('c5', 'cakes-3', 'Bánh cốm', ['g12', 'g13'], 0, 180),
]

/** Codes of the demo are the same in every demo, so that guides can name them; far from any number that the bulk seed takes. */
const LOT_NUMBERS = 2 ** 34
const BADGE_NUMBERS = LOT_NUMBERS + 1000
const SITE_NUMBERS = LOT_NUMBERS + 2000
export const codeOfLot = (key: string): string => codeOf(LOT_NUMBERS + LOTS.findIndex((lot) => lot.key === key))
export const codeOfBadge = (key: string): string => codeOf(BADGE_NUMBERS + SITES.findIndex((site) => site.key === key))
export const codeOfSite = (key: string): string => codeOf(SITE_NUMBERS + SITES.findIndex((site) => site.key === key))

/** What guides, the start page and checks try first. */
export const DEMO_CODES = {
  valid: codeOfLot('valid'),
  expired: codeOfLot('expired'),
  recalled: codeOfLot('recalled'),
  soldOut: codeOfLot('soldOut'),
  held: codeOfLot('held'),
  /** Bánh cốm, made from the maker's own cốm and a farm's beans */
  cake: codeOfLot('cake'),
  /** A supplier's lot that a shop can register its own from: that of the wholesaler */
  supplier: codeOfLot('w1'),
  badge: codeOfBadge('fruit-1'),
  badgeSuspended: codeOfBadge('fruit-3'),
  badgeExpired: codeOfBadge('fruit-5'),
  establishment: codeOfSite('fruit-1'),
} as const
