import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { openDataFolder } from '../../server/data-folder.js'

const root = mkdtempSync(join(tmpdir(), 'rn-data-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

test('is made with all above it; files that people sent are for its owner alone', async () => {
  const folder = join(root, 'a', 'b', 'c')
  await openDataFolder(folder)
  await openDataFolder(folder)
  expect(statSync(join(folder, 'files')).mode & 0o077).toBe(0)
})

test('two at once', async () => {
  await Promise.all([1, 2, 3].map(() => openDataFolder(join(root, 'x', 'y'))))
})

test('a place where none can be: a sentence that names DATA_DIR', async () => {
  writeFileSync(join(root, 'file'), '')
  for (const folder of [join(root, 'file'), join(root, 'file', 'below')])
    await expect(openDataFolder(folder)).rejects.toThrow(
      new RegExp(`^DATA_DIR should be a folder that this user can write into: ${folder} is none \\(E\\w+.*\\)\\.$`),
    )
})

// Node's own recursive mkdir never comes back from such a place.
const inProc = process.platform === 'linux' ? test : test.skip
inProc('a place that takes no folders', async () => {
  await expect(openDataFolder('/proc/ro-nguon/data')).rejects.toThrow(/^DATA_DIR should be a folder/)
})
