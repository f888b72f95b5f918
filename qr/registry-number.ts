/** Numbers of the public registers that people read off a sign: an establishment's (BD-0001) and a badge's (BND-BD-0001). */

/** UTF-16 units that are looked at. */
const LOOKED_AT = 200
/** One or two groups of capitals, then four digits, as the registers number them; which exist, the database knows. */
const NUMBER = /(?<![\p{L}\p{N}])([a-z]{2,4})(?:[-\s]([a-z]{2,4}))?[-\s]?(\d{4})(?![\p{L}\p{N}])/giu
const DASHES = /[\u2010-\u2015\u2212]/g

/** Those that a text may hold, written as the registers write them, the longest first: "mã bd 0001" -> BD-0001. */
export function registryNumbers(text: string): string[] {
  const said = text.slice(0, LOOKED_AT).normalize('NFKC').replace(DASHES, '-')
  return [...said.matchAll(NUMBER)].flatMap(([, first = '', second, digits = '']) => {
    const last = `${(second ?? first).toUpperCase()}-${digits}`
    return second === undefined ? [last] : [`${first.toUpperCase()}-${last}`, last]
  })
}
