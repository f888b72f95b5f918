/** The code of a badge, or of an establishment, as a page. */
import type { EstablishmentProvenance } from '../../domain/provenance.js'
import { establishmentCard, standingOf } from '../../bot/cards/establishment.js'
import { partyParam, placeParam } from '../../bot/cards/party.js'
import { keyed, text, type Param } from '../../locales/say.js'
import { bandOf, withoutSign, type Tone } from './band.js'
import { doorCard } from './doors.js'
import type { Sheet } from './frame.js'
import { html } from './html.js'
import { badgeOf, papersOf } from './papers.js'
import { footLines, type HouseFacts } from './parts.js'
import type { Visit } from './visit.js'

const TONES: Record<ReturnType<typeof standingOf>, Tone> = {
  active: 'stated',
  valid: 'checked',
  expired: 'expired',
  suspended: 'held',
  revoked: 'recalled',
  pending: 'stated',
  closed: 'sold-out',
}

export function establishmentPage(visit: Visit, found: EstablishmentProvenance, house: HouseFacts): Sheet {
  const { say } = visit
  const { code, establishmentCode, who, badge, certificates } = found
  const [answer] = establishmentCard(found).text
  const bare = (what: Param): string => say(text('page.bare', { what }))
  const standing = standingOf(found)
  const name = bare(partyParam(who))
  const word = keyed(`page.word.badge.${standing}`)
  return {
    title: `${say(word)} – ${name}`,
    description: withoutSign(say(answer!)),
    address: `${house.codeRoot}/c/${code}`,
    body: html`${bandOf(visit, { tone: TONES[standing], word, answer: answer! })}
      <div class="wrap sheet two">
        <section class="card full">
          <h2 class="capital">${name}</h2>
          <dl class="facts">
            <div>
              <dt>${say(text('page.establishment.what'))}</dt>
              <dd class="capital">${say(keyed(`card.class.${who.role}`))}</dd>
            </div>
            <div>
              <dt>${say(text('page.establishment.code'))}</dt>
              <dd>${establishmentCode}</dd>
            </div>
            <div>
              <dt>${say(text('page.establishment.place'))}</dt>
              <dd class="capital">${bare(placeParam(who.place))}</dd>
            </div>
            ${
              who.address !== null &&
              html`<div>
                <dt>${say(text('page.establishment.address'))}</dt>
                <dd>${who.address}</dd>
              </div>`
            }
          </dl>
        </section>
        ${papersOf(visit, certificates)} ${badgeOf(visit, badge, true)}${doorCard(visit, house.doors, code)}
      </div>`,
    foot: footLines(visit, house),
  }
}
