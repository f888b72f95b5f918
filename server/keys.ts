/**
 * The keys of the house, from KEY_FILE and never from the database: random secrets, of which every purpose gets a key of its
 * own (HKDF, RFC 5869), so that one that becomes known tells nothing of the others.
 *
 *     { "keys": [{ "id": "1", "secret": "64 hexadecimal digits" }] }     the first one is in use, the others still count
 */
import { hkdfSync, randomBytes } from 'node:crypto'
import { link, mkdir, readFile, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { messageOf, Trouble } from './trouble.js'

const SECRET_BYTES = 32
const KEY_BYTES = 32
/** Bits of a file's mode that let anybody but its owner in. */
const OTHERS = 0o077
const HOW_TO_MAKE = `openssl rand -hex ${SECRET_BYTES} | sed 's/.*/{"keys":[{"id":"1","secret":"&"}]}/' > FILE && chmod 600 FILE`

const FILE = z.object({
  keys: z
    .array(
      z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,16}$/), secret: z.string().regex(/^([0-9a-f]{2}){32,}$/i) }),
    )
    .min(1),
})

/** What a key is for. Two purposes never share a key. */
export type Purpose = 'scanner' | 'platform-grants' | 'web-session' | 'file-links'

export class Keys {
  readonly #secrets: readonly { id: string; secret: Buffer }[]

  constructor(secrets: readonly { id: string; secret: Buffer }[]) {
    this.#secrets = secrets
  }

  /** 32 bytes, the same as long as the key file's first secret stays. */
  of(purpose: Purpose): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#secrets[0]!.secret, '', `ro-nguon/${purpose}`, KEY_BYTES))
  }
}

export interface KeyOptions {
  /** Make the file when there is none: in the demo only. */
  make: boolean
  log?: (sentence: string) => void
}

/** @throws {Trouble} when the file is missing and may not be made, cannot be read, or is no key file */
export const openKeys = async (file: string, { make, log = () => undefined }: KeyOptions): Promise<Keys> => {
  if (make) await makeOnce(file, log)
  let text: string
  try {
    text = await readFile(file, 'utf8')
    if (((await stat(file)).mode & OTHERS) !== 0)
      log(`KEY_FILE ${file} can be opened by others than its owner: chmod 600 ${file}`)
  } catch (error) {
    throw new Trouble(
      `KEY_FILE ${file} cannot be read (${messageOf(error)}). Make one with:\n${HOW_TO_MAKE.replaceAll('FILE', file)}`,
    )
  }
  return new Keys(parse(text, file).map(({ id, secret }) => ({ id, secret: Buffer.from(secret, 'hex') })))
}

const parse = (text: string, file: string): { id: string; secret: string }[] => {
  try {
    return FILE.parse(JSON.parse(text)).keys
  } catch {
    throw new Trouble(
      `KEY_FILE ${file} should hold {"keys":[{"id":"1","secret":"64 or more hexadecimal digits"}]}. Put its copy back.`,
    )
  }
}

/** Whole or absent, and never replaced, also when two processes start at once. */
const makeOnce = async (file: string, log: (sentence: string) => void): Promise<void> => {
  if (await stat(file).catch(() => undefined)) return
  const passing = `${file}.${randomBytes(6).toString('hex')}`
  const keys = [{ id: '1', secret: randomBytes(SECRET_BYTES).toString('hex') }]
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(passing, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600, flush: true })
    await link(passing, file)
    log(`Made the keys of this house: ${file}. Keep a copy where nobody else finds it.`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new Trouble(`KEY_FILE ${file} cannot be made: ${messageOf(error)}`)
  } finally {
    await unlink(passing).catch(() => undefined)
  }
}
