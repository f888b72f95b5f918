/**
 * What a button says. Zalo has no callback: a press comes back as a text that equals the payload, and anybody can type
 * anything. So the payload begins with what no prose begins with, and holds what the house itself put into the button: an
 * index into an offer, never a value. It begins with # so that it also passes the console's syntax filter.
 */

const PREFIX = '#rn~'
const PRESS = /^#rn~([\w.-]{1,64})$/

export const payloadOf = (data: string): string => `${PREFIX}${data}`

/** The button's data; undefined: a text like any other. */
export const pressIn = (said: string): string | undefined => PRESS.exec(said)?.[1]

/** `#start CODE`, for links and QR codes that lead into the OA; `/start CODE` as on every channel. */
const START = /^[#/]start(?:[ _]+(\S+))?\s*$/i

export const startIn = (said: string): { payload?: string } | undefined => {
  const found = START.exec(said)
  return found ? { ...(found[1] !== undefined && { payload: found[1] }) } : undefined
}
