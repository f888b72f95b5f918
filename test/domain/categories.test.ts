import { describe, expect, test } from '@jest/globals'
import { proposeCategory } from '../../domain/categories.js'
import { CATEGORIES } from '../../prisma/seed/categories.js'
import { fold } from '../../locales/fold.js'

describe('category of a name', () => {
  test.each([
    ['Cam Canh', 'fresh_fruit'],
    ['Bánh cốm nhân dừa', 'com_cake'],
    ['BÁNH CỐM', 'com_cake'],
    ['Cốm tươi làng Vòng', 'fresh_com'],
    ['Chả cốm', 'meat_product'],
    ['Bánh đậu xanh', 'other_cake'],
    ['Rau muống', 'leaf_vegetable'],
    ['Cà chua bi', 'other_vegetable'],
    ['Cá rô phi', 'seafood'],
    ['Thịt bò', 'meat'],
    ['Trứng gà', 'egg'],
    ['Dưa chuột bao tử', 'other_vegetable'],
    ['Dưa lưới', 'fresh_fruit'],
  ])('%s', (name, code) => {
    expect(proposeCategory(name, 'market_stall').code).toBe(code)
  })

  test('an unknown name follows the kind of establishment', () => {
    expect(proposeCategory('Xyz', 'fruit_shop').code).toBe('fresh_fruit')
    expect(proposeCategory('Xyz', 'cake_maker').code).toBe('com_cake')
    expect(proposeCategory('', 'market_stall')).toEqual({ code: 'other', shelfLifeDays: null })
  })

  test('words are folded, and none belongs to two categories', () => {
    const words = CATEGORIES.flatMap(({ words }) => words)
    expect(words.filter((word) => fold(word) !== word || words.indexOf(word) !== words.lastIndexOf(word))).toEqual([])
  })
})
