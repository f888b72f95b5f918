/** From the grey picture that we keep to the RGBA that the readers want. */
import type { Grey } from './step.js'

export function greyToRgba({ data, width, height }: Grey): {
  data: Uint8ClampedArray<ArrayBuffer>
  width: number
  height: number
} {
  const pixels = new Uint32Array(width * height)
  for (let i = 0; i < pixels.length; i++) pixels[i] = 0xff000000 | (data[i]! * 0x010101)
  return { data: new Uint8ClampedArray(pixels.buffer), width, height }
}
