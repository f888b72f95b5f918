/**
 * JSON whose whole numbers of 16 digits and more become texts. Zalo's ids exceed 2^53 and come as numbers or as strings,
 * depending on the page; as a number such an id would silently become somebody else's.
 */

/** A string, passed over as it is, or a bare whole number of 16 digits and more. */
const STRING_OR_LONG = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?\d{16,}(?![\d.eE])/g
const LONG = /\d{16}/

/** @throws SyntaxError when it is no JSON */
export const parseKeepingIds = (json: string): unknown => {
  // First as it is: only of JSON is it known that every quote has its end. On a megabyte of open quotes the search below would
  // take the square of its length, and anybody can post one.
  const value = JSON.parse(json) as unknown
  if (!LONG.test(json)) return value
  return JSON.parse(
    json.replace(STRING_OR_LONG, (found, at: number) =>
      found.startsWith('"') || /[\d.eE+-]/.test(json.charAt(at - 1)) ? found : `"${found}"`,
    ),
  ) as unknown
}
