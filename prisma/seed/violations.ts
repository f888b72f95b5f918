/**
 * Kinds of violation (loại vi phạm) with what the law says of each, between dates. What could not be confirmed to be in force
 * is not verified and shown so to officials: which food-safety decree applies since 16/4/2026 is not known here.
 */
import type { CaseSeverity, Sector } from '../generated/enums.js'
import type { Tx } from '../tx.js'

export interface ViolationData {
  code: string
  name: string
  nameEn: string
  severity: CaseSeverity
  /** null: that of the establishment */
  sector: Sector | null
  /** Offered to people who report; others are found by rules */
  reportable: boolean
  legalBasis: string
  verified: boolean
  /** Similar reports join a case that is at most so many days old: sample, for officials to set */
  joinDays: number
}

/** Long before the first case. */
const SINCE = '2020-10-15'
const FOOD_SAFETY = 'Nghị định 115/2018/NĐ-CP, sửa đổi bởi Nghị định 124/2021/NĐ-CP'
const TRACEABILITY = `${FOOD_SAFETY}, điều 26 khoản 1`
const TRADE = 'Nghị định 98/2020/NĐ-CP'
const CERTIFICATE = 'Luật An toàn thực phẩm 2010, điều 37'
const BADGE = 'Quy định biển nhận diện cửa hàng trái cây của Hà Nội'
const NONE_YET = 'Cán bộ xác định khi kiểm tra'

const said = (
  code: string,
  name: string,
  nameEn: string,
  severity: CaseSeverity,
  legalBasis: string,
  over: Partial<ViolationData> = {},
): ViolationData => ({
  code, name, nameEn, severity, legalBasis, sector: null, reportable: true, verified: true, joinDays: 7, ...over,
}) // prettier-ignore
const found = (...args: Parameters<typeof said>): ViolationData => ({ ...said(...args), reportable: false })

/** In the order in which they are offered. */
export const VIOLATIONS: readonly ViolationData[] = [
  said('poisoning', 'Nghi ngộ độc thực phẩm', 'Suspected food poisoning', 'urgent', FOOD_SAFETY, {
    sector: 'health',
    verified: false,
    joinDays: 3,
  }),
  said('banned-substance', 'Nghi có chất cấm, hoá chất', 'Suspected banned substance', 'urgent', FOOD_SAFETY, {
    verified: false,
  }),
  said('expired', 'Bán hàng quá hạn dùng', 'Expired goods on sale', 'complex', TRADE),
  said('spoiled', 'Hàng hỏng, mốc, ôi thiu', 'Spoiled goods', 'complex', FOOD_SAFETY, { verified: false, joinDays: 3 }),
  said('unknown-origin', 'Không rõ nguồn gốc', 'Unknown origin', 'complex', TRADE),
  said('counterfeit', 'Hàng giả, hàng nhái', 'Counterfeit or imitation', 'complex', TRADE),
  said('false-label', 'Tem, nhãn, mã QR không đúng', 'Wrong label or code', 'normal', TRACEABILITY, { verified: false }),
  said('unlicensed', 'Bán không giấy phép, không biển nhận diện', 'No licence or badge', 'complex', FOOD_SAFETY, {
    verified: false,
    joinDays: 30,
  }),
  said('hygiene', 'Nơi bán mất vệ sinh', 'Unhygienic place', 'normal', FOOD_SAFETY, { verified: false }),
  said('short-weight', 'Cân thiếu', 'Short weight', 'normal', NONE_YET, { sector: 'trade', verified: false }),
  said('other', 'Việc khác', 'Something else', 'normal', NONE_YET, { verified: false }),
  found('no-origin-paper', 'Lô hàng chưa có chứng từ nguồn gốc', 'Lot without origin document', 'normal', TRACEABILITY),
  found('certificate-expired', 'Giấy chứng nhận ATTP hết hạn', 'Food-safety certificate expired', 'complex', CERTIFICATE),
  found('badge-expired', 'Biển nhận diện hết hạn hoặc bị tạm dừng mà vẫn bán', 'Trading without a valid badge', 'normal', BADGE, {
    verified: false,
    joinDays: 30,
  }),
  found('many-reports', 'Nhiều người cùng phản ánh', 'Reported by several people', 'complex', NONE_YET, { verified: false }),
] // prettier-ignore

/** Officials may have set names, severity and law: what is there stays. */
export async function seedViolations({ prisma }: Pick<Tx, 'prisma'>): Promise<void> {
  await prisma.violationKind.createMany({
    data: VIOLATIONS.map(({ code, name, nameEn, sector, reportable }, position) => ({
      code, name, nameEn, sector, reportable, position,
    })), // prettier-ignore
    skipDuplicates: true,
  })
  // A kind that has any term was given its terms before.
  const given = await prisma.violationTerm.groupBy({ by: ['kindCode'] })
  const had = new Set(given.map(({ kindCode }) => kindCode))
  await prisma.violationTerm.createMany({
    data: VIOLATIONS.filter(({ code }) => !had.has(code)).map(
      ({ code, severity, legalBasis, verified, joinDays }) => ({
        kindCode: code, validFrom: new Date(SINCE), severity, legalBasis, verified, joinDays,
      }),
    ), // prettier-ignore
    skipDuplicates: true,
  })
}
