/** Automatic rules and their numbers: SAMPLES for officials to set. What each of them finds is written in domain/rules. */
import type { Tx } from '../tx.js'

interface RuleData {
  code: string
  name: string
  nameEn: string
  kindCode: string
  graceDays: number
  threshold: number
  windowDays: number
}

const rule = (
  code: string,
  kindCode: string,
  name: string,
  nameEn: string,
  numbers: Partial<Pick<RuleData, 'graceDays' | 'threshold' | 'windowDays'>> = {},
): RuleData => ({ code, kindCode, name, nameEn, graceDays: 0, threshold: 1, windowDays: 90, ...numbers })

export const RULES: readonly RuleData[] = [
  rule('V01', 'expired', 'Lô quá hạn được quét ở nơi bán', 'Expired lot scanned in a shop'),
  rule('V02', 'no-origin-paper', 'Lô chưa có chứng từ nguồn gốc', 'Lot without origin document', { graceDays: 3 }),
  rule('V04', 'certificate-expired', 'Giấy chứng nhận ATTP hết hạn', 'Food-safety certificate expired'),
  rule('V06', 'badge-expired', 'Hết hạn biển nhận diện mà vẫn bán', 'Trading without a valid badge'),
  rule('V16', 'many-reports', 'Nhiều người phản ánh một cửa hàng, một lô', 'Several reports on one shop or lot', {
    threshold: 3,
    windowDays: 7,
  }),
]

/** Officials may have set the numbers: what is there stays. */
export async function seedRules({ prisma }: Pick<Tx, 'prisma'>): Promise<void> {
  await prisma.rule.createMany({ data: [...RULES], skipDuplicates: true })
}
