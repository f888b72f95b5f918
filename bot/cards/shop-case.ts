/** A case as the shop reads it: the matter, what it was asked, what came of it. Never who reported it. */
import type { CaseForShop } from '../../domain/case-views.js'
import { kindOf, statusOf, unitOf } from '../../domain/case-texts.js'
import { text, type Text } from '../../locales/say.js'
import { showCode } from '../../qr/codes.js'

/** A question of it waits for the shop. */
export const isAsked = ({ waits }: CaseForShop): boolean => waits

export const shopCaseName = (one: CaseForShop, shop: string): Text =>
  text('case.called', { number: one.number, kind: kindOf(one), where: shop })

export function shopCaseText(one: CaseForShop, shop: string): Text[] {
  const { number, status, openedOn, productName, lotCode, words: said, asked, answer } = one
  return [
    text('shop-case.head', { number, status: statusOf(status), on: { day: openedOn } }),
    text('shop-case.about', { kind: kindOf(one), name: shop, unit: unitOf(one) }),
    ...(lotCode === null || productName === null
      ? []
      : [text('alert.lot', { product: productName, code: showCode(lotCode) })]),
    ...(said === null ? [] : [text('alert.words', { words: said })]),
    ...(asked === null ? [] : [text('shop-case.asked', { asked })]),
    ...(answer === null ? [] : [text('shop-case.answer', { answer })]),
  ]
}
