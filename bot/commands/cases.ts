/** The open cases of an official's mandates, what is due first; the cases that a shop was asked about. */
import { timeLeft } from '../../domain/case-clock.js'
import { casesOf } from '../../domain/case-views.js'
import { standingOf } from '../../domain/rights.js'
import { text, words } from '../../locales/say.js'
import { SHOWN_MAX } from '../flow/lookups.js'
import { caseLine } from '../cards/case.js'
import { shopCaseName } from '../cards/shop-case.js'
import { seeTyped } from '../case-deeds.js'
import { offerButtons } from '../case-offers.js'
import type { Reply } from '../channels/channel.js'
import type { Here } from '../here.js'
import { shopCases } from '../lists.js'
import type { Command } from './command.js'

/** `/cases`, or `/cases HN-2026-000123`. */
export const cases: Command = {
  name: 'cases',
  async run(here, argument) {
    const seen = await seeTyped(here, argument)
    if (seen) return seen
    const { memberships, mandates } = await standingOf(here.tx, here.actor)
    const replies: Reply[] = []
    if (mandates.length > 0) replies.push(await openCases(here))
    if (memberships.length > 0) replies.push(await casesOfShops(here))
    return { replies: replies.length > 0 ? replies : [{ text: [text('cases.who')] }] }
  },
}

const see = (action: string, number: string) => ({
  value: number,
  action,
  subject: number,
  label: words(number),
})

/** One page. `after`: the last case of the page before. */
export async function openCases(here: Here, after?: number): Promise<Reply> {
  const { tx, actor } = here
  const found = await casesOf(tx, actor, { after, limit: SHOWN_MAX + 1 })
  const shown = found.slice(0, SHOWN_MAX)
  if (shown.length === 0) return { text: [text('cases.none')] }
  const left = await timeLeft(
    tx,
    shown.map(({ dueAt }) => dueAt),
    actor.now,
  )
  const more = { value: 'more', action: 'cases-after', subject: String(shown.at(-1)!.id), label: text('cases.more') }
  const buttons = [...shown.map(({ number }) => see('case-see', number)), ...(found.length > SHOWN_MAX ? [more] : [])]
  return {
    text: [text('cases.head'), ...shown.map((line, i) => caseLine(line, left[i] ?? null)), text('cases.how')],
    choices: offerButtons(here, buttons),
    question: 'cases',
  }
}

async function casesOfShops(here: Here): Promise<Reply> {
  const shown = (await shopCases(here)).slice(0, SHOWN_MAX)
  if (shown.length === 0) return { text: [text('cases.none-of-shop')] }
  return {
    text: [
      text('cases.head-of-shop'),
      ...shown.map(({ one, shop }) => text('cases.line-of-shop', { called: shopCaseName(one, shop) })),
    ],
    choices: offerButtons(
      here,
      shown.map(({ one }) => see('shop-case-see', one.number)),
    ),
    question: 'shop-cases',
  }
}
