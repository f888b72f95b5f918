/** Establishments and places as the cards name them. */
import type { Party, Place, UnitName } from '../../domain/provenance.js'
import { keyed, type Param } from '../../locales/say.js'

export const unitParam = ({ name, nameEn }: UnitName): Param => ({ vi: name, en: nameEn })

/** The country that needs no mention. */
const HOME = 'VN'

/** "phường Ba Đình, Hà Nội", "Hoà Bình", "New Zealand" */
export const placeParam = ({ unit, province, country }: Place): Param => {
  const parts: Param[] = [...(unit ? [unitParam(unit)] : []), province]
  if (country !== HOME) parts.push(country)
  return { list: parts }
}

/** The name where it may be shown, else what kind of establishment it is. */
export const partyParam = ({ name, role }: Party): Param => name ?? keyed(`card.class.${role}`)
