/** What the shop hears of a case: questions, and how it ended. Never who reported it. */
import { readShopChats } from '../prisma/statements/case-shop.js'
import type { CaseRow } from '../prisma/statements/cases.js'
import type { Tx } from '../prisma/tx.js'
import { text, type Text } from '../locales/say.js'
import { kindOf, unitOf } from './case-texts.js'
import { tell, type NoticeButton } from './notices.js'

type ShopText = 'told.shop-decide' | 'told.shop-close'

/** Tells the people of the shop how the case goes on, each on the chat they were last heard on. */
export async function tellShop(
  tx: Tx,
  row: CaseRow,
  key: ShopText,
  mark: number,
  reason: string | null,
  now: Date,
): Promise<void> {
  const { number, establishmentName: name } = row
  if (name === null) return
  const said = text(key, { number, unit: unitOf(row), kind: kindOf(row), name })
  await tellPeople(tx, row, `shop:${mark}`, reason === null ? [said] : [said, text('told.reason', { reason })], [], now)
}

export async function tellPeople(
  tx: Tx,
  { establishmentId }: CaseRow,
  mark: string,
  said: Text[],
  buttons: NoticeButton[],
  now: Date,
): Promise<number> {
  if (establishmentId === null) return 0
  const chats = await tx.run(readShopChats, [establishmentId, now])
  const notices = chats.map(({ chatId }) => ({
    chatId,
    lane: 'alert' as const,
    uniqueKey: `${mark}:${chatId}`,
    text: said,
    buttons,
  }))
  await tell(tx, notices, now)
  return chats.length
}
