/** What a way of searching a picture for codes is given and gives back. */

export type Point = [x: number, y: number]

/** A code found in a picture; corners in that picture's pixels, clockwise from the code's own top left. */
export interface Found {
  /** Name of the symbol's format as zxing-cpp has it: QRCode, DataMatrix, EAN13 ... */
  format: string
  text: string
  corners: [Point, Point, Point, Point]
}

/** A grey picture: one byte a pixel, row by row. */
export interface Grey {
  data: Uint8Array
  width: number
  height: number
}

export interface Step {
  name: string
  /** Pixels of the longer side of the picture that this step looks at; a smaller original stays as it is. */
  longSide: number
  /** Whether it is worth its time for an original whose longer side has so many pixels. */
  worthIt?: (originalLongSide: number) => boolean
  /** What takes long the first time; done when a thread starts. */
  prepare?: () => Promise<unknown>
  /** Only symbols whose error correction succeeded. Throws when it breaks; the next step goes on. */
  read: (picture: Grey) => Promise<Found[]>
}
