import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { openKeys } from '../../server/keys.js'
import { Trouble } from '../../server/trouble.js'

let folder: string
let file: string
const said: string[] = []
const log = (sentence: string) => said.push(sentence)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rn-keys-'))
  file = join(folder, 'below', 'keys.json')
  said.length = 0
})
afterEach(() => rmSync(folder, { recursive: true }))

test('made on the first start of a demo, for its owner alone, and never again', async () => {
  const first = await openKeys(file, { make: true, log })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const text = readFileSync(file, 'utf8')
  const second = await openKeys(file, { make: true, log })
  expect(readFileSync(file, 'utf8')).toBe(text)
  expect(second.of('scanner')).toEqual(first.of('scanner'))
  expect(first.of('scanner')).toHaveLength(32)
  // What is derived is not what is kept.
  expect(text).not.toContain(first.of('scanner').toString('hex'))
  expect(said.filter((sentence) => sentence.startsWith('Made the keys'))).toHaveLength(1)
})

test('by several processes at once: all have the same', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => openKeys(file, { make: true })))
  expect(new Set(all.map((keys) => keys.of('scanner').toString('hex'))).size).toBe(1)
  expect(readdirSync(join(folder, 'below'))).toEqual(['keys.json'])
})

test('outside the demo it is demanded, and the sentence says how to make one', async () => {
  await expect(openKeys(file, { make: false })).rejects.toThrow(Trouble)
  await expect(openKeys(file, { make: false })).rejects.toThrow(/openssl rand .*chmod 600/)
  expect(existsSync(file)).toBe(false)
})

test.each([
  ['{}'],
  ['not json'],
  ['{"keys":[]}'],
  ['{"keys":[{"id":"1","secret":"abcd"}]}'],
  ['{"keys":[{"id":"a b","secret":"' + 'ab'.repeat(32) + '"}]}'],
])('what is no key file is refused, and not repeated: %s', async (text) => {
  file = join(folder, 'keys.json')
  writeFileSync(file, text)
  const error = await openKeys(file, { make: true }).catch((thrown: unknown) => thrown as Error)
  expect(error).toBeInstanceOf(Trouble)
  expect((error as Error).message).toMatch(/should hold \{"keys"/)
  expect((error as Error).message).not.toContain('abab')
})

test('a file that others can open is told of', async () => {
  await openKeys(file, { make: true, log })
  chmodSync(file, 0o644)
  await openKeys(file, { make: false, log })
  expect(said.join()).toContain(`chmod 600 ${file}`)
})

test('the derivation stays what it is: stored hashes depend on it', async () => {
  file = join(folder, 'keys.json')
  writeFileSync(file, JSON.stringify({ keys: [{ id: '1', secret: '00'.repeat(32) }] }), { mode: 0o600 })
  const keys = await openKeys(file, { make: false })
  // openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt hexkey:00...00 -kdfopt salt: -kdfopt info:ro-nguon/scanner HKDF
  expect(keys.of('scanner').toString('hex')).toBe('4c84a43a461fe7fe9a5dd09a6058039c53bbc0c48ed30d8904fd95cdc6c275b2')
})
