/** A phone number, typed in any way or shared as a contact. Vietnamese unless it says otherwise. Kept in E.164. */
import { parsePhoneNumberFromString, type PhoneNumber } from 'libphonenumber-js/core'
import metadata from 'libphonenumber-js/metadata.min'
import { z } from 'zod'
import { text, words } from '../../../locales/say.js'
import type { Field } from '../field.js'

/** Longest text that can be a phone number: 15 digits (E.164), with room for every way of spacing them. */
const TYPED_MAX = 40

const parse = (phone: string): PhoneNumber | undefined => parsePhoneNumberFromString(phone, 'VN', metadata)

const kept = z.object({
  /** E.164: +84912345678 */
  phone: z.string().refine((phone) => parse(phone)?.isValid()),
  /** The platform vouches that it is the sender's own */
  own: z.boolean(),
})
export type Phone = z.infer<typeof kept>

export const phone = (): Field<Phone> => ({
  kind: 'phone',
  schema: kept,
  takes: ['contact'],
  numeric: true,
  typed: true,
  wants: 'contact',
  offer: () => ({ choices: [] }),
  read(said) {
    const typed = said.kind === 'contact' ? said.phone : said.kind === 'text' ? said.text : ''
    const number = readPhone(typed)
    if (!number) return { reject: text('fields.phone.wrong') }
    return { accept: { phone: number.number, own: said.kind === 'contact' && said.own } }
  },
  show: ({ phone }) => words(parse(phone)?.format(phone.startsWith('+84') ? 'NATIONAL' : 'INTERNATIONAL') ?? phone),
  texts: () => ['fields.phone.wrong'],
})

/** "0912.345.678", "84 912 345 678", "+84 (0)912 345 678", "+64 21 123 456"; undefined when it is no possible number. */
export function readPhone(typed: string): PhoneNumber | undefined {
  if (typed.length > TYPED_MAX || !/^[\d\s().+-]+$/.test(typed.trim())) return undefined
  const spaced = typed.replace(/\(0\)/, '').replace(/[().]/g, ' ')
  // Contacts come without the plus.
  const ways = [spaced, `+${spaced.trim()}`]
  return ways.map((way) => parse(way)).find((number) => number?.isValid())
}
