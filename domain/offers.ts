/** What the button of a message that outlives its turn carries: the opaque id of a stored offer, and which of its entries. */
import { randomBytes } from 'node:crypto'
import { daysAfter } from './days.js'

/** How long a button of a card, a menu or an alert works. */
const OFFER_DAYS = 30
/** 72 random bits: not to be guessed, and short beside Telegram's 64 bytes of button data. */
const ID_BYTES = 9

export const drawOfferId = (): string => randomBytes(ID_BYTES).toString('base64url')
export const buttonData = (id: string, index: number): string => `o${id}.${index}`
export const offerEnds = (now: Date): Date => daysAfter(now, OFFER_DAYS)
