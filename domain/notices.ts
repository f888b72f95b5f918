/**
 * What people are told without having asked: alerts, news of their report, questions. Put into the outbox in the transaction
 * of what happened, with buttons that are stored beside it; right and state are checked when one is pressed.
 */
import { putOffers } from '../prisma/statements/offers.js'
import type { Text } from '../locales/say.js'
import { buttonData, drawOfferId, offerEnds } from './offers.js'
import { putMany, type Lane, type Message, type Told } from './outbox.js'

/** A button: what it does (`case-accept`), of what (a case's number), and its name for programs. */
export interface NoticeButton {
  value: string
  action: string
  subject: string
  label: Text
}

/** A picture that goes with it. */
export interface NoticeFile {
  key: string
  mime: string
  name: string
}

export interface Notice {
  chatId: number
  lane: Lane
  /** Who is told what at most once */
  uniqueKey: string
  text: Text[]
  files?: NoticeFile[]
  buttons?: NoticeButton[]
}

interface NoticeMessage extends Message {
  files?: NoticeFile[]
  choices?: { value: string; label: Text; data: string }[]
}

/** Puts the notices that were not put before, all in one statement. Returns the chats that got one. */
export async function tell(tx: Told, notices: readonly Notice[], now: Date): Promise<number[]> {
  if (notices.length === 0) return []
  const offered = notices.map((notice) => ({ ...notice, offerId: drawOfferId() }))
  const withButtons = offered.filter(({ buttons = [] }) => buttons.length > 0)
  if (withButtons.length > 0)
    await tx.run(putOffers, [
      withButtons.map(({ offerId }) => offerId),
      withButtons.map(({ chatId }) => chatId),
      withButtons.map(({ buttons = [] }) =>
        JSON.stringify(buttons.map(({ value, action, subject, label }) => ({ value, action, subject, label }))),
      ),
      now,
      offerEnds(now),
    ])
  return putMany<NoticeMessage>(
    tx,
    offered.map(({ chatId, lane, uniqueKey, text, files = [], buttons = [], offerId }) => ({
      chatId,
      lane,
      uniqueKey,
      reply: {
        text,
        ...(files.length > 0 && { files }),
        ...(buttons.length > 0 && {
          choices: buttons.map(({ value, label }, i) => ({ value, label, data: buttonData(offerId, i) })),
        }),
      },
    })),
  )
}
