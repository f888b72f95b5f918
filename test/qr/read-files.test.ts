import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MAX_PICTURE_BYTES } from '../../qr/admit.js'
import { onWhite, qrPng } from './pictures.js'

interface Line {
  file: string
  codes: { format: string; text: string; corners: [number, number][] }[]
  ms: number
  refused?: string
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-files-'))
  const photo = await onWhite(2400, 1200, [
    { input: await qrPng('một'), left: 100, top: 100 },
    { input: await qrPng('hai'), left: 1900, top: 700 },
  ])
    .jpeg()
    .toBuffer()
  await writeFile(join(folder, 'hai mã 😀.jpg'), photo)
  await writeFile(join(folder, 'empty.png'), '')
  await writeFile(join(folder, 'text.jpg'), 'not a picture')
  await writeFile(join(folder, 'huge.jpg'), '')
  await truncate(join(folder, 'huge.jpg'), MAX_PICTURE_BYTES + 1)
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs the command as `npm run -s read` does. */
function run(files: string[], stdin: string): Promise<{ code: number | null; lines: Line[]; stderr: string }> {
  const entry = fileURLToPath(new URL('../../qr/read-files.ts', import.meta.url))
  const env = { ...process.env, NODE_OPTIONS: '' }
  const child = spawn(process.execPath, ['--import', 'tsx', entry, ...files], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env,
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdin.end(stdin)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) =>
      resolve({
        code,
        stderr,
        lines: stdout
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as Line),
      }),
    )
  })
}

describe('npm run read', () => {
  test('prints a line for each file, echoed as given, whatever is in it; names come as arguments or on stdin', async () => {
    const named = ['hai mã 😀.jpg', 'empty.png', 'text.jpg', 'huge.jpg', 'missing.jpg', '.'].map(
      (name) => `${folder}/./${name}`,
    )
    const [given, piped] = await Promise.all([run(named, ''), run([], `${named.join('\n')}\n\n`)])
    for (const { code, lines, stderr } of [given, piped]) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(lines.map(({ file }) => file).sort()).toEqual([...named].sort())
      const of = (i: number): Line => lines.find(({ file }) => file === named[i])!
      expect(of(0).refused).toBeUndefined()
      expect(
        of(0)
          .codes.map(({ format, text }) => `${format} ${text}`)
          .sort(),
      ).toEqual(['QRCode hai', 'QRCode một'])
      const corners = of(0).codes.find(({ text }) => text === 'hai')!.corners
      expect(Math.hypot(corners[0]![0] - 1924, corners[0]![1] - 724)).toBeLessThan(6)
      expect(named.map((_, i) => of(i).refused)).toEqual([
        undefined,
        'empty',
        'not-a-picture',
        'too-many-bytes',
        'unreadable',
        'unreadable',
      ])
      for (const line of lines) expect(line).toMatchObject({ codes: expect.any(Array), ms: expect.any(Number) })
    }
  })
})
