/**
 * Product categories with the words by which a product's name is recognised. Shelf lives are SAMPLES for officials to
 * set: nobody has published them for this city, and they only ever make a warning.
 */
import type { Tx } from '../tx.js'

export interface CategoryData {
  code: string
  name: string
  nameEn: string
  /** Sample, days from production to expiry at most; null: no rule */
  maxShelfLifeDays: number | null
  /** Sample, days: proposed for a new product of this category */
  usualShelfLifeDays: number | null
  /** Folded words (lower case, no diacritics) that a product's name begins with or holds; the longest match decides */
  words: readonly string[]
}

export const CATEGORIES: readonly CategoryData[] = [
  {
    code: 'fresh_fruit',
    name: 'Trái cây tươi',
    nameEn: 'Fresh fruit',
    maxShelfLifeDays: 90,
    usualShelfLifeDays: 10,
    words: [
      'cam',
      'buoi',
      'quyt',
      'oi',
      'nhan',
      'vai',
      'chuoi',
      'tao',
      'le',
      'nho',
      'kiwi',
      'xoai',
      'thanh long',
      'dua hau',
      'dua luoi',
      'dua',
      'mang cut',
      'sau rieng',
      'hong',
      'man',
      'dao',
      'chanh',
      'dau tay',
      'mit',
      'na',
      'du du',
      'cherry',
      'bo',
      'chom chom',
      'viet quat',
      'luu',
      'trai cay',
      'hoa qua',
    ],
  },
  {
    code: 'com_cake',
    name: 'Bánh cốm, bánh xu xê',
    nameEn: 'Green rice cakes',
    maxShelfLifeDays: 5,
    usualShelfLifeDays: 4,
    words: ['banh com', 'banh xu xe', 'banh phu the', 'banh gai'],
  },
  {
    code: 'fresh_com',
    name: 'Cốm tươi',
    nameEn: 'Fresh green rice',
    maxShelfLifeDays: 2,
    usualShelfLifeDays: 1,
    words: ['com tuoi', 'com lang', 'com'],
  },
  {
    code: 'other_cake',
    name: 'Bánh kẹo khác',
    nameEn: 'Other cakes and sweets',
    maxShelfLifeDays: 365,
    usualShelfLifeDays: 30,
    words: ['banh', 'keo', 'mut', 'che lam'],
  },
  {
    code: 'leaf_vegetable',
    name: 'Rau ăn lá',
    nameEn: 'Leaf vegetables',
    maxShelfLifeDays: 5,
    usualShelfLifeDays: 2,
    words: ['rau', 'cai ngot', 'cai', 'mong toi', 'xa lach', 'hanh la', 'mui', 'thia la', 'ngo ri'],
  },
  {
    code: 'other_vegetable',
    name: 'Rau củ quả',
    nameEn: 'Other vegetables',
    maxShelfLifeDays: 60,
    usualShelfLifeDays: 7,
    words: [
      'su hao',
      'su su',
      'bap cai',
      'ca chua',
      'dua chuot',
      'ca rot',
      'khoai',
      'bi do',
      'bi xanh',
      'muop',
      'muop dang',
      'kho qua',
      'dau qua',
      'ot',
      'hanh',
      'toi',
      'gung',
      'nam',
      'cu',
      'ca tim',
    ],
  },
  {
    code: 'meat',
    name: 'Thịt tươi',
    nameEn: 'Fresh meat',
    maxShelfLifeDays: 5,
    usualShelfLifeDays: 3,
    words: ['thit', 'suon', 'ba chi', 'ga', 'vit', 'ngan', 'long'],
  },
  {
    code: 'meat_product',
    name: 'Giò, chả, xúc xích',
    nameEn: 'Meat products',
    maxShelfLifeDays: 60,
    usualShelfLifeDays: 5,
    words: ['gio', 'cha com', 'cha', 'xuc xich', 'lap xuong', 'ruoc', 'pate'],
  },
  { code: 'egg', name: 'Trứng', nameEn: 'Eggs', maxShelfLifeDays: 35, usualShelfLifeDays: 21, words: ['trung'] },
  {
    code: 'seafood',
    name: 'Thuỷ hải sản',
    nameEn: 'Fish and seafood',
    maxShelfLifeDays: 5,
    usualShelfLifeDays: 2,
    words: ['tom', 'ca ro phi', 'ca', 'muc', 'ngao', 'cua', 'ghe', 'so', 'oc', 'hau'],
  },
  {
    code: 'grain',
    name: 'Gạo, nếp, đỗ',
    nameEn: 'Rice, grains, beans',
    maxShelfLifeDays: 730,
    usualShelfLifeDays: 180,
    words: ['gao', 'nep', 'do xanh', 'dau xanh', 'lac', 'vung', 'bot', 'lua'],
  },
  {
    code: 'dried',
    name: 'Đồ khô, gia vị',
    nameEn: 'Dried goods and spices',
    maxShelfLifeDays: 730,
    usualShelfLifeDays: 180,
    words: ['kho', 'say', 'mien', 'bun kho', 'nuoc mam', 'mat ong', 'duong', 'che'],
  },
  {
    code: 'other',
    name: 'Thực phẩm khác',
    nameEn: 'Other food',
    maxShelfLifeDays: null,
    usualShelfLifeDays: null,
    words: [],
  },
]

export async function seedCategories({ prisma }: Pick<Tx, 'prisma'>): Promise<void> {
  // Officials may have set the days: what is there stays.
  await prisma.productCategory.createMany({
    data: CATEGORIES.map(({ code, name, nameEn, maxShelfLifeDays }) => ({ code, name, nameEn, maxShelfLifeDays })),
    skipDuplicates: true,
  })
}
