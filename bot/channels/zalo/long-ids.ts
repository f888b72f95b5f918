/**
 * JSON whose whole numbers of 16 digits and more become texts. Zalo's ids exceed 2^53 and come as numbers or as strings,
 * depending on the page; as a number such an id would silently become somebody else's.
 */

/** A string, passed over as it is, or a bare whole number of 16 digits and more. */
const STRING_OR_LONG = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?\d{16,}(?![\d.eE])/g

/** @throws SyntaxError when it is no JSON */
export const parseKeepingIds = (json: string): unknown =>
  JSON.parse(
    json.replace(STRING_OR_LONG, (found, at: number) =>
      found.startsWith('"') || /[\d.eE+-]/.test(json.charAt(at - 1)) ? found : `"${found}"`,
    ),
  ) as unknown
