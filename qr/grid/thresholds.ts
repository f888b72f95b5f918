/** Dark and light where the light differs from place to place: each pixel against the mean around it. */
import type { Grey } from '../step.js'

/** Sums of all pixels above and left of a place; one row and one column more than the picture. */
export function sumsOf({ data, width, height }: Grey): Uint32Array {
  const stride = width + 1
  const sums = new Uint32Array(stride * (height + 1))
  for (let y = 0; y < height; y++) {
    let row = 0
    for (let x = 0; x < width; x++) {
      row += data[y * width + x]!
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1]! + row
    }
  }
  return sums
}

/** 1 where a pixel is darker than the mean of the square of `radius` px around it, less `bias`; else -1. */
export function darkerThanAround(grey: Grey, sums: Uint32Array, radius: number, bias: number): Int8Array {
  const { data, width, height } = grey
  const stride = width + 1
  const bits = new Int8Array(width * height).fill(-1)
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - radius) * stride
    const rows = Math.min(height, y + radius + 1)
    const bottom = rows * stride
    const high = rows - Math.max(0, y - radius)
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - radius)
      const right = Math.min(width, x + radius + 1)
      const sum = sums[bottom + right]! - sums[top + right]! - sums[bottom + left]! + sums[top + left]!
      if ((data[y * width + x]! + bias) * high * (right - left) < sum) bits[y * width + x] = 1
    }
  }
  return bits
}

/**
 * Each pixel's darkness against what is around it, in units of the spread there: about 1 where dark, -1 where light.
 * Flattens shadows and glare.
 */
export function contrastOf(grey: Grey, radius: number): { data: Float32Array; width: number; height: number } {
  const { data, width, height } = grey
  const sums = sumsOf(grey)
  const squares = new Float64Array((width + 1) * (height + 1))
  const stride = width + 1
  for (let y = 0; y < height; y++) {
    let row = 0
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x]!
      row += value * value
      squares[(y + 1) * stride + x + 1] = squares[y * stride + x + 1]! + row
    }
  }
  const out = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const [from, to] = [Math.max(0, y - radius), Math.min(height, y + radius + 1)]
    const [top, bottom] = [from * stride, to * stride]
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - radius)
      const right = Math.min(width, x + radius + 1)
      const count = (to - from) * (right - left)
      const mean = (sums[bottom + right]! - sums[top + right]! - sums[bottom + left]! + sums[top + left]!) / count
      const square =
        (squares[bottom + right]! - squares[top + right]! - squares[bottom + left]! + squares[top + left]!) / count
      const spread = Math.sqrt(Math.max(0, square - mean * mean)) + LEAST_SPREAD
      out[y * width + x] = Math.max(-1, Math.min(1, (mean - data[y * width + x]!) / spread))
    }
  }
  return { data: out, width, height }
}

/** Grey levels; noise on an even surface is not blown up beyond this. */
const LEAST_SPREAD = 3
