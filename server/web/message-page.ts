/** A page that says one thing, and what there is to do about it. */
import { text } from '../../locales/say.js'
import { bandOf, withoutSign, type Band } from './band.js'
import type { Sheet } from './frame.js'
import { html, type Html } from './html.js'
import type { Visit } from './visit.js'

export const messagePage = (visit: Visit, band: Band, below?: Html, foot?: Html): Sheet => ({
  title: `${visit.say(band.word)} – ${visit.say(text('page.name'))}`,
  description: withoutSign(visit.say(band.answer)),
  body: html`${bandOf(visit, band)}${below && html`<div class="wrap sheet">${below}</div>`}`,
  foot,
})
