/**
 * JSON whose whole numbers keep every digit. Zalo's ids pass 2^53 and stand as text or as a number, as it pleases the
 * platform; JSON.parse would round the number, and a rounded id is another person's.
 */

/** Only a number of so many digits can be inexact: 2^53 has 16. */
const WIDE = /\d{16}/
/** The strings and the numbers of a JSON text. Linear, because it is used on valid JSON only. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/**
 * As JSON.parse, but a whole number beyond 2^53 comes as the text of its digits.
 * @throws SyntaxError when it is no JSON
 */
export function parseExactly(json: string): unknown {
  const plain = JSON.parse(json) as unknown
  return WIDE.test(json) ? (JSON.parse(json.replace(TOKENS, quoted)) as unknown) : plain
}

const quoted = (token: string): string =>
  /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token
