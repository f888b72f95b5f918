/**
 * Units of measure as people say them and as they are kept: UN/CEFACT Recommendation 20, and Recommendation 21's package
 * codes behind an X. The words are folded (lower case, no diacritics), as typed input is compared.
 */
export interface Measure {
  /** Kept as this unit; shown by the text `measure.<uom>`. */
  uom: string
  /** Kept amount = said amount x times (a lạng is 0.1 kg) */
  times: number
  spoken: readonly string[]
  /** Counts other units as well: "3 chục hộp" is thirty boxes */
  counts?: true
}

/** Of words that stand for two measures the first here counts. */
export const MEASURES: readonly Measure[] = [
  {
    uom: 'KGM',
    times: 1,
    spoken: [
      'kg',
      'can',
      'ky',
      'ki',
      'kilo',
      'ki lo',
      'kilogam',
      'ki lo gam',
      'ky lo',
      'kgs',
      'kilogram',
      'kilograms',
      'kilos',
    ],
  },
  { uom: 'KGM', times: 0.1, spoken: ['lang'] },
  { uom: 'KGM', times: 10, spoken: ['yen'] },
  { uom: 'KGM', times: 100, spoken: ['ta'] },
  { uom: 'KGM', times: 1000, spoken: ['tan', 't', 'ton', 'tons', 'tonne', 'tonnes'] },
  { uom: 'KGM', times: 0.001, spoken: ['g', 'gam', 'gr', 'gram', 'grams'] },
  { uom: 'LTR', times: 1, spoken: ['lit', 'l', 'litre', 'litres', 'liter', 'liters'] },
  { uom: 'LTR', times: 0.001, spoken: ['ml', 'mililit'] },
  { uom: 'H87', times: 1, spoken: ['qua', 'trai', 'piece', 'pieces', 'fruit', 'fruits'] },
  { uom: 'H87', times: 10, spoken: ['chuc'], counts: true },
  { uom: 'H87', times: 12, spoken: ['dozen', 'dozens'], counts: true },
  { uom: 'EA', times: 1, spoken: ['cai', 'chiec', 'each', 'item', 'items'] },
  { uom: 'HEA', times: 1, spoken: ['con', 'head', 'heads'] },
  { uom: 'XBE', times: 1, spoken: ['mo', 'bo', 'bundle', 'bundles'] },
  { uom: 'XBH', times: 1, spoken: ['nai', 'buong', 'chum', 'bunch', 'bunches'] },
  { uom: 'XCT', times: 1, spoken: ['thung', 'kien', 'carton', 'cartons'] },
  { uom: 'XBX', times: 1, spoken: ['hop', 'box', 'boxes'] },
  { uom: 'XPU', times: 1, spoken: ['khay', 'mam', 'tray', 'trays'] },
  { uom: 'XBK', times: 1, spoken: ['ro', 'sot', 'basket', 'baskets'] },
  { uom: 'XBG', times: 1, spoken: ['tui', 'bich', 'bag', 'bags'] },
  { uom: 'XSA', times: 1, spoken: ['bao', 'bao tai', 'sack', 'sacks'] },
  { uom: 'XPK', times: 1, spoken: ['goi', 'pack', 'packs', 'packet', 'packets'] },
  { uom: 'XBO', times: 1, spoken: ['chai', 'bottle', 'bottles'] },
  { uom: 'XJR', times: 1, spoken: ['lo', 'hu', 'jar', 'jars'] },
  { uom: 'XCX', times: 1, spoken: ['lon', 'tin', 'tins'] },
]

/** Every unit in which amounts are kept. */
export const UOMS: readonly string[] = [...new Set(MEASURES.map(({ uom }) => uom))]
export const isUom = (uom: string): boolean => UOMS.includes(uom)

/** Units by which goods are weighed, not counted: amounts may have a fraction. */
const MEASURED = new Set(['KGM', 'LTR'])
export const isCounted = (uom: string): boolean => !MEASURED.has(uom)

/** Digits after the point that the database keeps. */
export const QUANTITY_DECIMALS = 3
/** numeric(14,3) holds less than this; nothing a shop receives comes near. */
export const QUANTITY_MAX = 10_000_000

/** Amounts are kept to the gram; more is rounded. */
export const rounded = (quantity: number): number =>
  Math.round(quantity * 10 ** QUANTITY_DECIMALS) / 10 ** QUANTITY_DECIMALS
