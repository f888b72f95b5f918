/** What a way of searching a picture for codes is given and gives back. */

export type Point = [x: number, y: number]
export type Corners = [Point, Point, Point, Point]

/** A code found in a picture; corners in that picture's pixels, clockwise from the code's own top left. */
export interface Found {
  /** Name of the symbol's format as zxing-cpp has it: QRCode, DataMatrix, EAN13 ... */
  format: string
  text: string
  /** What the symbol carries, before any character set */
  bytes: Uint8Array
  corners: Corners
  /** One of several symbols that say one text together (structured append) */
  part?: Part
  /** Share of its error correction that it did not need, 0 to 1; undefined: the reader does not tell, or the format has none */
  unused?: number
  /** Rows of the picture that said the same; of a linear code */
  rows?: number
}

export interface Part {
  /** The same for all parts of one text */
  id: string
  /** From 0 */
  index: number
  of: number
}

/** A grey picture: one byte a pixel, row by row. */
export interface Grey {
  data: Uint8Array
  width: number
  height: number
}

/** What is known when a step begins. */
export interface Before {
  /** Codes that were read already, corners in pixels of the picture that the step is given */
  read: readonly Found[]
  /** performance.now() at which the step shall have ended */
  until: number
  /** To be called by a step that sees parts of a code that it cannot read. */
  seesMore: () => void
}

export interface Step {
  name: string
  /** Pixels of the longer side of the picture that this step looks at; a smaller original stays as it is. */
  longSide: number
  /** Whether it is worth its time for an original whose longer side has so many pixels. */
  worthIt?: (originalLongSide: number) => boolean
  /**
   * Runs also when a code was read: it looks for those that are left. `where-likely`: only where several were, or where a step
   * before saw more. Others run only as long as none was.
   */
  seeksMore?: 'always' | 'where-likely'
  /** Runs also where nobody waits for a code and the picture is looked at for one only in passing; it is cheap. */
  atAGlance?: boolean
  /** What takes long the first time; done when a thread starts. */
  prepare?: () => Promise<unknown>
  /** Only symbols whose error correction succeeded. Throws when it breaks; the next step goes on. */
  read: (picture: Grey, before: Before) => Promise<Found[]>
}

/** Whether two convex polygons share some of their area. */
export function overlap(one: readonly Point[], other: readonly Point[]): boolean {
  return [...normals(one), ...normals(other)].every((axis) => {
    const [a, b] = shadow(one, axis)
    const [c, d] = shadow(other, axis)
    return b > c && d > a
  })
}

export const contains = (polygon: readonly Point[], [x, y]: Point): boolean =>
  overlap(polygon, [
    [x - 1, y - 1],
    [x + 1, y - 1],
    [x + 1, y + 1],
    [x - 1, y + 1],
  ])

const normals = (polygon: readonly Point[]): Point[] =>
  polygon.map(([x, y], i) => {
    const [nextX, nextY] = polygon[(i + 1) % polygon.length]!
    return [nextY - y, x - nextX]
  })

function shadow(polygon: readonly Point[], [x, y]: Point): [least: number, most: number] {
  const along = polygon.map((corner) => corner[0] * x + corner[1] * y)
  return [Math.min(...along), Math.max(...along)]
}
