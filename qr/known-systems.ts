/**
 * Other systems whose codes people scan, as data: recognised and named, never fetched. `confirmed` is false where only
 * common knowledge speaks for the host; such a row does no harm when wrong, because it only gives a name to a link.
 */

export interface KnownSystem {
  /** The host or any host under it; `*` stands for one label. */
  host: string
  /** The name as the system calls itself */
  name: string
  confirmed: boolean
}

/** The more exact host stands first. */
export const KNOWN_SYSTEMS: readonly KnownSystem[] = [
  { host: 'hn.check.net.vn', name: 'Truy xuất nguồn gốc thành phố Hà Nội', confirmed: true },
  { host: 'check.net.vn', name: 'CheckVN', confirmed: true },
  { host: 'check.gov.vn', name: 'Cổng truy xuất nguồn gốc check.gov.vn', confirmed: true },
  { host: 'truyxuat.gov.vn', name: 'Truy xuất nguồn gốc, Bộ Công Thương', confirmed: true },
  { host: 'verigoods.vn', name: 'VeriGoods, Bộ Công Thương', confirmed: true },
  { host: 'dpp.gov.vn', name: 'Hộ chiếu số sản phẩm dpp.gov.vn', confirmed: true },
  { host: 'elabel.gov.vn', name: 'Nhãn điện tử elabel.gov.vn', confirmed: true },
  { host: 'check.*.gov.vn', name: 'Cổng truy xuất nguồn gốc của tỉnh, thành phố', confirmed: true },
  { host: 'truyxuat.*.gov.vn', name: 'Cổng truy xuất nguồn gốc của tỉnh, thành phố', confirmed: false },
  { host: 'txng.*.gov.vn', name: 'Cổng truy xuất nguồn gốc của tỉnh, thành phố', confirmed: false },
  { host: 'te-food.com', name: 'TE-FOOD', confirmed: false },
  { host: 'te-food.co.za', name: 'TE-FOOD', confirmed: true },
  { host: 'icheck.vn', name: 'iCheck', confirmed: false },
  { host: 'icheck.com.vn', name: 'iCheck', confirmed: false },
  { host: 'vnptcheck.vn', name: 'VNPT Check', confirmed: false },
  { host: 'agridential.vn', name: 'Agridential', confirmed: false },
  { host: 'traceverified.com', name: 'TraceVerified', confirmed: false },
  { host: 'id.gs1.org', name: 'GS1', confirmed: true },
]

const pattern = (host: string): RegExp =>
  new RegExp(
    `(^|\\.)${host
      .split('.')
      .map((label) => (label === '*' ? '[a-z0-9-]+' : label))
      .join('\\.')}$`,
  )
const PATTERNS = KNOWN_SYSTEMS.map((system) => ({ system, matches: pattern(system.host) }))

/** The system of a host name (lower case, no port), when we know it. */
export const knownSystem = (hostname: string): KnownSystem | undefined =>
  PATTERNS.find(({ matches }) => matches.test(hostname))?.system

/** Banks by the six digits that begin a VietQR beneficiary (NAPAS bank identification numbers). */
export const BANKS: Readonly<Record<string, string>> = {
  '970400': 'SaigonBank',
  '970403': 'Sacombank',
  '970405': 'Agribank',
  '970407': 'Techcombank',
  '970409': 'Bac A Bank',
  '970412': 'PVcomBank',
  '970414': 'MBV',
  '970415': 'VietinBank',
  '970416': 'ACB',
  '970418': 'BIDV',
  '970419': 'NCB',
  '970422': 'MB Bank',
  '970423': 'TPBank',
  '970424': 'Shinhan Bank',
  '970425': 'ABBank',
  '970426': 'MSB',
  '970427': 'VietABank',
  '970428': 'Nam A Bank',
  '970429': 'SCB',
  '970430': 'PGBank',
  '970431': 'Eximbank',
  '970432': 'VPBank',
  '970433': 'VietBank',
  '970436': 'Vietcombank',
  '970437': 'HDBank',
  '970438': 'BAOVIET Bank',
  '970440': 'SeABank',
  '970441': 'VIB',
  '970443': 'SHB',
  '970448': 'OCB',
  '970449': 'LPBank',
  '970452': 'KienlongBank',
  '970454': 'BVBank',
  '971005': 'Viettel Money',
}
