/** The open cases of an official's mandates, what is due first; the cases that a shop was asked about. */
import { timeLeft } from '../../domain/case-clock.js'
import { casesOf, type CaseListed } from '../../domain/case-views.js'
import { standingOf } from '../../domain/rights.js'
import { text, words, type Text } from '../../locales/say.js'
import type { NoticeButton } from '../../domain/notices.js'
import { SHOWN_MAX } from '../flow/lookups.js'
import { clean, holdsWords, quote } from '../flow/words.js'
import { caseLine, caseName } from '../cards/case.js'
import { shopCaseName } from '../cards/shop-case.js'
import { seeTyped } from '../case-deeds.js'
import { offer } from '../offers.js'
import type { Reply } from '../channels/channel.js'
import type { Here } from '../here.js'
import { CASES_SEARCHED, shopCases } from '../lists.js'
import type { Command } from './command.js'

/** `/cases`, `/cases HN-2026-000123`, or `/cases` with a part of a number, a kind or a shop's name. */
export const cases: Command = {
  name: 'cases',
  async run(here, argument) {
    const seen = await seeTyped(here, argument)
    if (seen) return seen
    const { memberships, mandates } = await standingOf(here.tx, here.actor)
    const replies: Reply[] = []
    const searched = clean(argument)
    if (mandates.length > 0) replies.push(await (searched ? search(here, searched) : openCases(here)))
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
  const shown = await casesOf(tx, actor, { after, limit: SHOWN_MAX })
  const [first, last] = [shown[0], shown.at(-1)]
  if (!first || !last) return { text: [text('cases.none')] }
  const more = { value: 'more', action: 'cases-after', subject: String(last.id), label: text('cases.more') }
  const heading = text('cases.head', { first: first.place, last: last.place, total: first.total })
  return listed(here, heading, shown, last.place < last.total ? [more] : [])
}

/** Those whose number ends so, or whose number, kind or place has these words. */
async function search(here: Here, said: string): Promise<Reply> {
  const all = await casesOf(here.tx, here.actor, { limit: CASES_SEARCHED })
  const found = all.filter((line) => line.number.endsWith(said) || holdsWords(caseName(line), said))
  const shown = found.slice(0, SHOWN_MAX)
  if (shown.length === 0) return { text: [text('cases.not-found', { said: quote(said) })] }
  return listed(here, text('cases.found', { said: quote(said), shown: shown.length, total: found.length }), shown, [])
}

async function listed(here: Here, heading: Text, shown: CaseListed[], more: NoticeButton[]): Promise<Reply> {
  const left = await timeLeft(
    here.tx,
    shown.map(({ dueAt }) => dueAt),
    here.actor.now,
  )
  return {
    text: [heading, ...shown.map((line, i) => caseLine(line, left[i] ?? null)), text('cases.how')],
    choices: offer(here, [...shown.map(({ number }) => see('case-see', number)), ...more]),
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
    choices: offer(
      here,
      shown.map(({ one }) => see('shop-case-see', one.number)),
    ),
    question: 'shop-cases',
  }
}
