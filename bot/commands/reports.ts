import { myReport, myReports } from '../../domain/my-reports.js'
import { isRefused } from '../../domain/refusal.js'
import { text } from '../../locales/say.js'
import { reportCard, reportList } from '../cards/report.js'
import type { Here, Saying } from '../here.js'
import { offer } from '../offers.js'
import type { Command } from './command.js'

/** So many stand on one page: what a person can still read on a phone. */
const PAGE = 8

/** `/reports`, or one of them by its number. */
export const reports: Command = {
  name: 'reports',
  run: (here, number) => (number ? showReport(here, number.toUpperCase()) : listReports(here, null)),
}

/** `before`: the last one on the page before. */
export async function listReports(here: Here, before: number | null): Promise<Saying> {
  const { tx, actor } = here
  const found = await myReports(tx, actor, { before, limit: PAGE + 1 })
  if (found.length > 0) return { replies: [reportList(here, found.slice(0, PAGE), found.length > PAGE)] }
  const choices = offer(here, [{ value: 'report', action: 'command', subject: 'report', label: text('menu.report') }])
  return { replies: [{ text: [text('reports.none')], choices }] }
}

export async function showReport(here: Here, number: string): Promise<Saying> {
  const found = await myReport(here.tx, here.actor, number)
  return { replies: [isRefused(found) ? { text: [found.refused] } : reportCard(here, found)] }
}
