/**
 * Folds Vietnamese to what people type in a hurry: lower case, no diacritics, đ as d, single spaces.
 * The same folding is stored beside names (`name_folded`), so that a search compares like with like.
 */
export const fold = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase().replace(/\s+/g, ' ').trim()
