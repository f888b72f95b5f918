/**
 * `npm run -s read -- FILE...` (or file names on stdin, one a line): a JSON line per file, as each is done:
 * {"file","codes":[{"format","text","corners":[[x,y] * 4]}],"ms"}, with "refused": why when the file could not be read.
 */
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { MAX_PICTURE_BYTES } from './admit.js'
import { DEFAULT_THREADS, type ReadRefusal, type Reader, makeReader } from './read.js'

interface Line {
  /** As it was given */
  file: string
  codes: { format: string; text: string; corners: [number, number][]; step: string }[]
  ms: number
  /** `unreadable`: no such file, no right to it, not a regular file */
  refused?: ReadRefusal | 'unreadable'
}

/** Reads a file, but never more than a picture may have. */
async function bytesOf(file: string): Promise<Buffer | 'unreadable' | 'too-many-bytes'> {
  const handle = await open(file, 'r').catch(() => undefined)
  if (!handle) return 'unreadable'
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) return 'unreadable'
    return stat.size > MAX_PICTURE_BYTES ? 'too-many-bytes' : await handle.readFile()
  } catch {
    return 'unreadable'
  } finally {
    await handle.close()
  }
}

async function readFile(reader: Reader, file: string): Promise<Line> {
  const bytes = await bytesOf(file)
  if (typeof bytes === 'string') return { file, codes: [], ms: 0, refused: bytes }
  const outcome = await reader.read(bytes)
  return outcome.kind === 'read'
    ? {
        file,
        codes: outcome.codes.map(({ format, text, corners, step }) => ({ format, text, corners, step })),
        ms: outcome.ms,
      }
    : { file, codes: [], ms: outcome.ms, refused: outcome.why }
}

async function main(): Promise<void> {
  const given = process.argv.slice(2)
  const files = given.length > 0 ? given : createInterface({ input: process.stdin, crlfDelay: Infinity })
  const reader = makeReader()
  // whoever reads our output may stop early, as `head` does
  process.stdout.on('error', () => process.exit(0))
  const inHand = new Set<Promise<void>>()
  for await (const file of files) {
    if (file === '') continue
    const work: Promise<void> = readFile(reader, file).then((line) => {
      process.stdout.write(`${JSON.stringify(line)}\n`)
      inHand.delete(work)
    })
    inHand.add(work)
    // one more than there are threads, so that a thread never waits for the disk
    if (inHand.size > DEFAULT_THREADS) await Promise.race(inHand)
  }
  await Promise.all(inHand)
  await reader.close()
}

await main()
