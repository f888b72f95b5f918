import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { fileStore } from '../../server/files.js'

const folder = mkdtempSync(join(tmpdir(), 'rn-files-'))
const store = fileStore(folder)
afterAll(() => rmSync(folder, { recursive: true }))

test('what is put is read, by a key made of what is in it', async () => {
  const bytes = randomBytes(70_000)
  const { key, sha256 } = await store.put(bytes, { mime: 'image/jpeg' })
  expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
  expect(key).toBe(`${sha256.slice(0, 2)}/${sha256}.jpg`)
  expect((await store.read(key)).equals(bytes)).toBe(true)
  expect(readFileSync(store.path(key)).equals(bytes)).toBe(true)
})

test('the same bytes are kept once, and not written again while somebody may read them', async () => {
  const bytes = randomBytes(1000)
  const { key } = await store.put(bytes, { mime: 'image/png' })
  const { ino, mtimeMs } = statSync(store.path(key))
  expect(
    (await Promise.all([1, 2, 3].map(() => store.put(bytes, { mime: 'image/png' })))).map((put) => put.key),
  ).toEqual([key, key, key])
  expect(statSync(store.path(key))).toMatchObject({ ino, mtimeMs })
  expect(readdirSync(join(folder, key.slice(0, 2)))).toHaveLength(1)
})

test('an empty file and an unknown kind', async () => {
  const { key } = await store.put(new Uint8Array(), { mime: 'application/x-anything' })
  expect(key).toMatch(/\.bin$/)
  expect(await store.read(key)).toHaveLength(0)
})

test('what is removed is gone, and removing it again is no trouble', async () => {
  const { key } = await store.put(randomBytes(50), { mime: 'image/jpeg' })
  await store.remove(key)
  await store.remove(key)
  await expect(store.read(key)).rejects.toThrow()
  await expect(store.remove('../../etc/passwd')).rejects.toThrow('not the key')
})

describe('never a wrong picture', () => {
  test('one cut by a crash is put again, and until then not read', async () => {
    const bytes = randomBytes(5000)
    const { key } = await store.put(bytes, { mime: 'image/jpeg' })
    truncateSync(store.path(key), 100)
    await expect(store.read(key)).rejects.toThrow('is damaged')
    await store.put(bytes, { mime: 'image/jpeg' })
    expect((await store.read(key)).equals(bytes)).toBe(true)
  })

  test('changed bytes are an error', async () => {
    const { key } = await store.put(randomBytes(50), { mime: 'image/jpeg' })
    writeFileSync(store.path(key), randomBytes(50))
    await expect(store.read(key)).rejects.toThrow('is damaged')
  })

  test.each([
    '../../etc/passwd',
    '',
    'ab/../../x',
    `${'a'.repeat(64)}.jpg`,
    `ab/${'cd'.repeat(32)}.jpg`,
    '/etc/passwd\0',
  ])('what is no key of ours is refused: %j', async (key) => {
    await expect(store.read(key)).rejects.toThrow('not the key')
    expect(() => store.path(key)).toThrow('not the key')
  })

  test('a key of nothing', async () => {
    await expect(store.read(`ab/ab${'0'.repeat(62)}.jpg`)).rejects.toThrow()
  })
})
