/** zxing-cpp compiled to WebAssembly, from the package's own bytes: by itself it would look for them on a CDN. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import {
  type ReadInputBarcodeFormat,
  type ReadResult,
  type ReaderOptions,
  prepareZXingModule,
  purgeZXingModule,
  readBarcodes,
} from 'zxing-wasm/reader'
import type { Corners, Found, Grey, Part, Point } from './step.js'
import { greyToRgba } from './grey.js'
import { textOfBytes } from './symbol-text.js'

/** What stands on food: QR in its three kinds, DataMatrix, the retail codes, and the carton codes Code 128 and ITF. */
const FORMATS: ReadInputBarcodeFormat[] = [
  'QRCode',
  'MicroQRCode',
  'RMQRCode',
  'DataMatrix',
  'EANUPC',
  'Code128',
  'ITF',
]
/** Codes in one picture; a sheet of labels has some dozens. */
const MAX_CODES = 100

let wasm: Uint8Array<ArrayBuffer> | undefined

/** Compiles the WebAssembly, unless it stands ready. 0.1 to 0.5 s the first time. */
export async function prepareZxing(): Promise<void> {
  wasm ??= new Uint8Array(readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')))
  await prepareZXingModule({ overrides: { wasmBinary: wasm.buffer }, fireImmediately: true })
}

/** What of zxing-cpp's options differs from step to step. */
export type ZxingOptions = Pick<
  ReaderOptions,
  'tryDenoise' | 'isPure' | 'tryInvert' | 'tryDownscale' | 'formats' | 'binarizer'
>

/** All codes of a picture. After a trap inside the WebAssembly its instance is thrown away, then the error goes on. */
export async function readWithZxing(picture: Grey, options: ZxingOptions = {}): Promise<Found[]> {
  await prepareZxing()
  const image = { ...greyToRgba(picture), colorSpace: 'srgb' as const }
  try {
    const results = await readBarcodes(image, {
      formats: FORMATS,
      maxNumberOfSymbols: MAX_CODES,
      textMode: 'Plain',
      ...options,
    })
    return results.filter((result) => result.isValid).map(found)
  } catch (error) {
    purgeZXingModule()
    throw error
  }
}

function found(result: ReadResult): Found {
  const { topLeft, topRight, bottomRight, bottomLeft } = result.position
  const corners = [topLeft, topRight, bottomRight, bottomLeft].map(({ x, y }): Point => [x, y]) as Corners
  // with an ECI the symbol says itself what its bytes are
  const text = result.hasECI ? result.text : (textOfBytes(result.bytes) ?? result.text)
  const { format, bytes } = result
  return { format, text, bytes, corners, part: partOf(result), unused: unusedOf(result), rows: rowsOf(result) }
}

function partOf({ sequenceId: id, sequenceIndex: index, sequenceSize: of }: ReadResult): Part | undefined {
  return of > 1 ? { id, index, of } : undefined
}

const rowsOf = ({ lineCount }: ReadResult): number | undefined => (lineCount > 0 ? lineCount : undefined)

/** `UEC`: unused error correction, which formats with Reed-Solomon tell. */
function unusedOf({ extra }: ReadResult): number | undefined {
  const { UEC } = (extra === '' ? {} : JSON.parse(extra)) as { UEC?: string | number }
  return UEC === undefined ? undefined : Number(UEC)
}
