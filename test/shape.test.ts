/** The plan of the house: which folder may import which, what stands at the top, and no circles. */
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'

const ROOT = join(import.meta.dirname, '..')
const CRUISER = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs')

/** What README names, and what tools look for at the top. */
const AT_THE_TOP = ['bench', 'bot', 'docs', 'domain', 'locales', 'prisma', 'qr', 'server', 'test']
const FILES_AT_THE_TOP = [
  ...[
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'eslint.config.js',
    'jest.config.js',
    'package-lock.json',
    'package.json',
    'tsconfig.json',
  ],
]

interface Cruised {
  summary: { violations: { from: string; to: string; rule: { name: string } }[]; totalCruised: number }
}

describe('the house', () => {
  test('imports run one way, and in no circle', async () => {
    const args = [
      CRUISER,
      '--output-type',
      'json',
      '--config',
      '.dependency-cruiser.cjs',
      'bot',
      'server',
      'domain',
      'qr',
      'locales',
      'prisma',
    ]
    const run = promisify(execFile)
    // It ends with the number of violations as its exit code.
    const { stdout } = await run(process.execPath, args, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 }).catch(
      (error: { stdout: string }) => error,
    )
    const { summary } = JSON.parse(stdout) as Cruised
    expect(summary.totalCruised).toBeGreaterThan(100)
    expect(summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`)).toEqual([])
  })

  test('the top is what README says', () => {
    const shown = readdirSync(ROOT, { withFileTypes: true }).filter(
      ({ name }) => !name.startsWith('.') && name !== 'node_modules',
    )
    expect(shown.filter((entry) => entry.isDirectory()).map(({ name }) => name)).toEqual(AT_THE_TOP)
    expect(
      shown
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...FILES_AT_THE_TOP].sort())
  })
})
