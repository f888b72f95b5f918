/** Somebody reports what is wrong with food, or where it is sold: a number at once, and no shop learns who it was. */
import { isRefused, type Refused } from '../../../domain/refusal.js'
import {
  NEEDS_WORDS,
  PHOTOS_MAX,
  PLACE_MAX,
  report,
  WORDS_MAX,
  type Reported,
  type ReportIn,
} from '../../../domain/reports.js'
import { text as say, type Text } from '../../../locales/say.js'
import type { Reply } from '../../channels/channel.js'
import { boughtAt, type BoughtAt } from '../../flow/fields/bought-at.js'
import { code } from '../../flow/fields/code.js'
import { list } from '../../flow/fields/list.js'
import { phone } from '../../flow/fields/phone.js'
import { photos } from '../../flow/fields/photos.js'
import { text } from '../../flow/fields/text.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'
import { offer } from '../../offers.js'

/** Kinds that are shown at once: all of them, since nobody knows the name of what is hidden. */
const KINDS_SHOWN = 15

export const reportViolation = flow('report-violation')
  .ask('kind', list('violations', { shown: KINDS_SHOWN }))
  .ask('lot', code({ any: true }), { optional: true })
  .ask('place', boughtAt({ upTo: PLACE_MAX }), { optional: true })
  .ask('what', text({ upTo: WORDS_MAX }), { optional: ({ kind }) => kind.value !== NEEDS_WORDS })
  .ask('phone', phone(), { optional: true })
  // Last, so that the review takes the rest of an album and nobody has to say "done".
  .ask('photos', photos({ upTo: PHOTOS_MAX }), { optional: true, growsAtReview: true })
  .review()
  .done(async ({ kind, lot, place, what, phone, photos }, here: Here) => {
    const taken = await report(here.tx, here.actor, {
      kind: kind.value,
      ...(lot && { lotCode: lot.code }),
      ...(place && whereOf(place)),
      ...(what !== undefined && { what }),
      ...(phone && { phone: phone.phone }),
      ...(photos && { photos }),
    })
    if (!isRefused(taken)) return { replies: [receipt(here, taken)] }
    // Nothing that could be changed would make it another matter.
    if (keyOf(taken) === 'refusal.report-twice') return { replies: [{ text: [taken.refused] }] }
    return { ...taken, backTo: answerOf(taken) }
  })

function whereOf(place: BoughtAt): Pick<ReportIn, 'establishmentId' | 'unitCode' | 'placeText'> {
  if ('shop' in place) return { establishmentId: Number(place.shop.value) }
  return {
    ...('ward' in place && { unitCode: place.ward.value }),
    ...(place.words !== undefined && { placeText: place.words }),
  }
}

const keyOf = ({ refused }: Refused): string | undefined => ('key' in refused ? refused.key : undefined)

/** Which answer a refusal is about; undefined: the review shows why. */
function answerOf(refused: Refused): 'kind' | 'lot' | 'place' | 'what' | 'phone' | 'photos' | undefined {
  switch (keyOf(refused)) {
    case 'refusal.report-kind':
      return 'kind'
    case 'refusal.lot-unknown':
      return 'lot'
    case 'refusal.place-unknown':
    case 'refusal.unit-unknown':
      return 'place'
    case 'refusal.report-words':
      return 'what'
    case 'refusal.report-phone':
      return 'phone'
    case 'refusal.photos-many':
    case 'refusal.file-unknown':
      return 'photos'
    default:
      return undefined
  }
}

function receipt(here: Here, { number, joined, unit, dueAt }: Reported): Reply {
  const who = { vi: unit.name, en: unit.nameEn }
  const lines: Text[] = [
    say('report-violation.done', { number }),
    dueAt === null
      ? say('report-violation.with', { unit: who })
      : say('report-violation.by', { unit: who, at: { moment: dueAt.toISOString() } }),
    ...(joined ? [say('report-violation.joined')] : []),
    say('report-violation.anonymous'),
  ]
  const choices = offer(here, [
    { value: 'see', action: 'report-see', subject: number, label: say('reports.see') },
    { value: 'reports', action: 'command', subject: 'reports', label: say('menu.reports') },
  ])
  return { text: lines, choices, question: 'receipt' }
}
