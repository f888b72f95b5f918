/** jsQR: one QR code a picture, by another road than zxing's, so it sometimes reads what that one does not. */
import jsqr from 'jsqr'
import { greyToRgba } from './grey.js'
import type { Corners, Found, Grey, Point } from './step.js'
import { textOfBytes } from './symbol-text.js'

// CommonJS: its function is the module itself for Node's import, and under `default` for a loader that honours __esModule
const loaded: unknown = jsqr
const decode = (typeof loaded === 'function' ? loaded : jsqr.default) as typeof jsqr.default

export async function readWithJsqr(picture: Grey): Promise<Found[]> {
  const { data, width, height } = greyToRgba(picture)
  const code = decode(data, width, height)
  if (!code || code.binaryData.length === 0) return []
  const { topLeftCorner, topRightCorner, bottomRightCorner, bottomLeftCorner } = code.location
  const corners = [topLeftCorner, topRightCorner, bottomRightCorner, bottomLeftCorner].map(({ x, y }): Point => [x, y])
  const bytes = Uint8Array.from(code.binaryData)
  return [{ format: 'QRCode', text: textOfBytes(bytes) ?? code.data, bytes, corners: corners as Corners }]
}
