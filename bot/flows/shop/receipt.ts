/** What a shop gets for a lot: its code, its card's address, its label to print. */
import { issueLabels } from '../../../domain/labels.js'
import { isRefused, type Refused } from '../../../domain/refusal.js'
import { keyed, text, type Param, type Text } from '../../../locales/say.js'
import { showCode } from '../../../qr/codes.js'
import { DEFAULT_PAPER } from '../../../qr/label-sizes.js'
import type { Reply } from '../../channels/channel.js'
import type { Here } from '../../here.js'
import { labelFiles } from '../../labels.js'
import { offer } from '../../offers.js'

export interface Received {
  code: string
  product: Text
  quantity: { quantity: number; uom: string }
  warnings: Text[]
}

export async function lotReceipt(
  here: Here,
  key: string,
  { code, product, quantity, warnings }: Received,
): Promise<Reply | Refused> {
  const issued = await issueLabels(here.tx, here.actor, code, { paper: DEFAULT_PAPER, count: 1 })
  if (isRefused(issued)) return issued
  const params: Record<string, Param> = {
    code: showCode(code),
    product,
    quantity: { quantity: quantity.quantity, uom: quantity.uom },
  }
  const choices = offer(here, [
    { value: 'labels', action: 'print-labels', subject: code, label: text('receipt.more-labels') },
    { value: 'register', action: 'command', subject: 'register', label: text('menu.register') },
    { value: 'lots', action: 'command', subject: 'lots', label: text('menu.lots') },
  ])
  return {
    text: [
      keyed(key, params),
      ...warnings.map((warning) => text('receipt.warning', { warning })),
      text('receipt.label'),
    ],
    files: labelFiles(code),
    choices,
    question: 'receipt',
  }
}
