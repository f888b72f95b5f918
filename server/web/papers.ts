/** What officials checked: certificates, and the shop's badge. */
import type { BadgeSeen, CheckedCertificate } from '../../domain/provenance.js'
import { badgeLine } from '../../bot/cards/lot.js'
import { unitParam } from '../../bot/cards/party.js'
import { keyed, text } from '../../locales/say.js'
import { withoutSign } from './band.js'
import { html, type Html } from './html.js'
import { icon, type Icon } from './icons.js'
import type { Visit } from './visit.js'

/** A mixture of many lots has the papers of all their makers. */
const PAPERS_SHOWN = 12

export function papersOf(visit: Visit, certificates: readonly CheckedCertificate[]): Html {
  const { say } = visit
  const hidden = certificates.length - PAPERS_SHOWN
  return html`<section class="card full">
    <h2>${say(text('page.papers'))}</h2>
    ${
      certificates.length === 0
        ? html`<p>${say(text('page.no-papers'))}</p>`
        : html`<ul class="papers">
            ${certificates.slice(0, PAPERS_SHOWN).map((one) => paperOf(visit, one))}
          </ul>`
    }${hidden > 0 && html`<p class="soft">${say(text('page.papers-hidden', { count: hidden }))}</p>`}
  </section>`
}

function paperOf({ say }: Visit, certificate: CheckedCertificate): Html {
  const { kind, holder, validUntil, expired, checkedBy, checkedOn } = certificate
  const checked = say(text('page.paper-checked', { by: unitParam(checkedBy), on: { day: checkedOn } }))
  const until =
    validUntil !== null &&
    say(text(expired ? 'page.paper-expired' : 'page.paper-until', { until: { day: validUntil } }))
  return html`<li${expired && html` class="over"`}>${icon(expired ? 'destroyed' : 'checked')}<div><p class="capital"><strong>${say(keyed(`card.paper.${kind}`))}</strong></p>${
    until !== false && html`<p>${expired ? html`<strong>${until}</strong>` : until}</p>`
  }<p class="soft">${holder}</p><p class="soft">${checked}</p></div></li>`
}

/** As in the bands: each state has an outline of its own. */
const BADGE_ICONS: Record<BadgeSeen['state'], Icon> = {
  valid: 'badge',
  expired: 'expired',
  suspended: 'held',
  revoked: 'destroyed',
}

export function badgeOf({ say }: Visit, badge: BadgeSeen | null, none = false): Html {
  if (!badge && !none) return html``
  const line = badge ? withoutSign(say(badgeLine(badge))) : say(text('card.badge.none'))
  const over = badge !== null && badge.state !== 'valid'
  return html`<section class="card half">
    <h2>${say(text('page.badge'))}</h2>
    <div class="badge${over && ' over'}">
      ${badge && icon(BADGE_ICONS[badge.state])}
      <p>${line}</p>
    </div>
  </section>`
}
