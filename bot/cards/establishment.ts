/** What the code of a badge, or of an establishment, tells. */
import type { EstablishmentProvenance } from '../../domain/provenance.js'
import { keyed, text, words, type Text } from '../../locales/say.js'
import type { Reply } from '../channels/channel.js'
import { badgeLine, certificateLine } from './lot.js'
import { partyParam, placeParam } from './party.js'

export function establishmentCard(found: EstablishmentProvenance): Reply {
  const { establishmentCode, who, badge, certificates } = found
  const lines: Text[] = [
    keyed(`card.establishment.${standingOf(found)}`, { name: partyParam(who) }),
    words(''),
    text('card.establishment-code', { code: establishmentCode, what: keyed(`card.class.${who.role}`) }),
    text('card.establishment-place', { place: placeParam(who.place) }),
  ]
  if (who.address) lines.push(text('card.establishment-address', { address: who.address }))
  // Of one who is not named nothing is told of a badge, so neither that there is none.
  if (badge) lines.push(badgeLine(badge))
  else if (who.name !== null) lines.push(text('card.badge.none'))
  if (certificates.length > 0) lines.push(words(''), text('card.papers'), ...certificates.map(certificateLine))
  return { text: lines }
}

/** Only a badge's own code answers for the badge: an establishment may work without one, or with one that has ended. */
export const standingOf = ({
  verdict,
  sign,
}: EstablishmentProvenance): EstablishmentProvenance['verdict'] | 'active' =>
  sign === 'establishment' && verdict === 'valid' ? 'active' : verdict
