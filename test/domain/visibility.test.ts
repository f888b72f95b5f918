import { describe, expect, test } from '@jest/globals'
import { AUDIENCES, sees, VISIBILITY, type Audience, type Field, type Relation } from '../../domain/visibility.js'

const STRANGER: Relation = { named: false, direct: false, inMandate: false }
const RELATIONS: Record<string, Relation> = {
  stranger: STRANGER,
  named: { ...STRANGER, named: true },
  direct: { ...STRANGER, direct: true },
  inMandate: { ...STRANGER, inMandate: true },
}
/** Written out by hand from "Who sees what": for each audience the relations in which a field is seen. */
const ALL = 'stranger named direct inMandate'
const EVERYBODY = { public: ALL, partner: ALL, official: ALL }
const DEAL = { public: '', partner: 'direct', official: 'inMandate' }
const NAMES = { public: 'named', partner: 'named direct', official: 'named inMandate' }
const OFFICE = { public: '', partner: '', official: 'inMandate' }
const NOBODY = { public: '', partner: '', official: '' }
const EXPECTED: Record<Field, Record<Audience, string>> = {
  'lot.code': EVERYBODY,
  'lot.product': EVERYBODY,
  'lot.dates': EVERYBODY,
  'lot.status': EVERYBODY,
  'lot.origin': EVERYBODY,
  'lot.recall-reason': EVERYBODY,
  'lot.hold-reason': DEAL,
  'lot.quantity': DEAL,
  'lot.price': DEAL,
  'lot.papers': DEAL,
  'lot.supplier': DEAL,
  'step.kind': EVERYBODY,
  'step.place': EVERYBODY,
  'step.time': EVERYBODY,
  'step.role': EVERYBODY,
  'step.quantity': DEAL,
  'party.name': NAMES,
  'party.address': NAMES,
  'certificate.checked': NAMES,
  'certificate.unchecked': OFFICE,
  'certificate.paper': OFFICE,
  'badge.state': NAMES,
  'person.name': OFFICE,
  'person.phone': OFFICE,
  'scan.scanner': NOBODY,
  'report.reporter': NOBODY,
}

describe('who sees what', () => {
  const fields = Object.keys(VISIBILITY) as Field[]

  test('every field of the table is expected here', () => {
    expect(fields.sort()).toEqual(Object.keys(EXPECTED).sort())
  })

  test.each(fields.flatMap((field) => AUDIENCES.map((audience) => [field, audience] as const)))(
    '%s, %s',
    (field, audience) => {
      const seen = Object.entries(RELATIONS)
        .filter(([, relation]) => sees(audience, field, relation))
        .map(([name]) => name)
      expect(seen.join(' ')).toBe(EXPECTED[field][audience])
    },
  )
})
