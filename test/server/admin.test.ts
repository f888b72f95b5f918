/** The operator's desk, on a demo of its own. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import sharp from 'sharp'
import { DEMO_CODES } from '../../prisma/seed/demo.js'
import { showCode } from '../../qr/codes.js'
import { readWithZxing } from '../../qr/zxing.js'
import { admin as desk } from '../../server/admin/desk.js'
import { fileStore } from '../../server/files.js'
import { demoWorld, seedDemoWith } from '../demo-world.js'
import { printOf } from '../qr/label-reading.js'
import type { World } from '../world.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const WITHIN_MS = 60_000

let world: World
const dataDir = mkdtempSync(join(tmpdir(), 'rn-admin-'))
beforeAll(async () => {
  world = await demoWorld()
  await seedDemoWith(world.db, fileStore(join(dataDir, 'files')), new Date())
})
afterAll(async () => {
  await world.close()
  rmSync(dataDir, { recursive: true, force: true })
})

interface Ran {
  code: number
  out: string
  err: string
}
const env = () => ({
  PATH: process.env.PATH,
  DATABASE_URL: world.url,
  DATA_DIR: dataDir,
  DEMO: 'true',
  PORT: '3999',
})
/** In this process: starting one takes longer than any verb. */
async function admin(...args: string[]): Promise<Ran> {
  let [out, err] = ['', '']
  const code = await desk(args, {
    env: env(),
    out: (text) => void (out += text),
    err: (text) => void (err += text),
  })
  return { code, out, err }
}
const fromOutside = (...args: string[]): Promise<Ran> =>
  new Promise((done) => {
    execFile(
      process.execPath,
      ['server/launch.mjs', 'server/admin.ts', ...args],
      { cwd: ROOT, env: env() },
      (error, out, err) => done({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
const rows = async (...args: string[]): Promise<Record<string, unknown>[]> => {
  const { code, out, err } = await admin(...args, '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

test(
  'units: as they stand on a day, and what each became, unverified shares marked',
  async () => {
    const before = await rows('units', 'list', '--on', '2025-06-30')
    expect(before.map(({ kind }) => kind)).toEqual(['city', 'district', ...Array<string>(13).fill('ward')])
    const became = (code: string) => before.find((unit) => unit.code === code)!.successors
    expect(became('HN-BD-QT')).toEqual([{ code: 'HN-P-BD', onDate: '2025-07-01', share: 1, addressRule: null }])
    expect(became('HN-BD-DC')).toEqual([
      { code: 'HN-P-BD', onDate: '2025-07-01', share: null, addressRule: null, unverified: true },
      { code: 'HN-P-NH', onDate: '2025-07-01', share: null, addressRule: 'Phần còn lại', unverified: true },
    ])
  },
  WITHIN_MS,
)

test(
  'an invitation; who there is on a day before the wards of today',
  async () => {
    const [invited] = await rows('invite', '--establishment', 'BD-0001', '--role', 'staff')
    expect(invited).toEqual({
      code: expect.stringMatching(/^[0-9A-Z]{16}$/),
      link: `http://localhost:3999/start/${String(invited!.code)}`,
      expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })
    expect(await rows('clock', 'set', '2025-06-30')).toEqual([{ now: expect.stringMatching(/^2025-06-29T17:00/) }])
    const people = await rows('people', 'list')
    expect(people.find(({ id }) => id === 'district-officer')!.roles).toEqual([
      { at: 'HN-BD', name: 'Quận Ba Đình', role: 'administrator' },
    ])
    expect(people.find(({ id }) => id === 'ward-officer')!.roles).toEqual([])
  },
  WITHIN_MS,
)

test(
  'a lot as everybody sees it; more of them by seed',
  async () => {
    expect(await rows('lots', 'show', DEMO_CODES.recalled)).toEqual([
      expect.objectContaining({ kind: 'lot', verdict: 'recalled' }),
    ])
    expect(await rows('seed', '--lots', '30', '--links', '10', '--scans', '5', '--random-seed', '2')).toEqual([
      expect.objectContaining({ lots: 30, scans: 5 }),
    ])
  },
  WITHIN_MS,
)

test(
  'what cannot be done is said in a sentence, with an exit code, and from outside as in here',
  async () => {
    const wrong = ['lots', 'list', '--limit', '-3']
    const refused = { code: 1, out: '', err: '--limit should be a whole number from 1 to 200.\n' }
    expect(await admin(...wrong)).toEqual(refused)
    expect(await fromOutside(...wrong)).toEqual(refused)
    const { code, out, err } = await fromOutside('nonsense')
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/unknown command 'nonsense'[^]*Usage: admin/)
    const units = ['units', 'list', '--json']
    expect(await fromOutside(...units)).toEqual(await admin(...units))
  },
  WITHIN_MS,
)

test(
  'lots trace: the chain of a lot both ways, or one of them',
  async () => {
    const steps = async (...ways: string[]) => rows('lots', 'trace', DEMO_CODES.supplier, ...ways)
    const whole = await steps()
    const own = whole.find(({ step }) => step === 0)!
    expect(own.code).toBe(DEMO_CODES.supplier)
    const down = await steps('--down')
    expect(down).toEqual(whole.filter(({ step }) => (step as number) >= 0))
    expect(down.length).toBeGreaterThan(1)
    const last = down.at(-1)! as { code: string; step: number }
    const back = await rows('lots', 'trace', last.code, '--up')
    expect(back).toContainEqual({ ...own, step: -last.step })
    const unknown = await admin('lots', 'trace', 'W1K7Z24W3')
    expect(unknown.code).toBe(1)
    expect(unknown.err).not.toContain('at ')
  },
  WITHIN_MS,
)

test(
  'labels and signs into a file: counted as in a talk, read back, refused with what would do',
  async () => {
    const at = (name: string) => join(dataDir, name)
    const labels = (...more: string[]) => rows('labels', showCode(DEMO_CODES.valid), ...more)
    const [one] = await labels('--size', '40x30', '--out', at('one.png'))
    expect(one).toMatchObject({ file: at('one.png'), code: DEMO_CODES.valid, paper: '40x30', count: 1 })
    const { width, height } = await sharp(at('one.png')).metadata()
    expect([width, height]).toEqual([40 * 8, 30 * 8])
    const read = await readWithZxing(await printOf(readFileSync(at('one.png'))))
    expect(read.map(({ text }) => text)).toEqual([expect.stringContaining(DEMO_CODES.valid)])
    const [sheet] = await labels('--grid', '3x7', '--margin', '8', '--count', '30', '--out', at('sheet.pdf'))
    expect(sheet).toMatchObject({ paper: 'a4-3x7-8', count: 30, total: (one!.total as number) + 30 })
    expect(readFileSync(at('sheet.pdf'), 'latin1')).toMatch(/^%PDF/)
    await labels('--format', 'svg', '--out', at('drawing'))
    expect(readFileSync(at('drawing'), 'utf8')).toMatch(/^<svg [^>]*width="50mm"/)
    const [sign] = await rows('sign', 'BD-0001', 'window', '--out', at('window.svg'))
    expect(sign).toMatchObject({ establishment: 'BD-0001', sign: 'window', code: expect.stringMatching(/^\w{9}$/) })
    expect(readFileSync(at('window.svg'), 'utf8')).toContain('width="210mm"')

    const code = DEMO_CODES.valid
    const wrong: [words: string[], said: RegExp][] = [
      [
        ['labels', code, '--grid', '12x30', '--out', at('none.pdf')],
        /too small to be read\. It fits on --size 40x30, /,
      ],
      [['labels', code, '--grid', '3x8', '--count', '25', '--out', at('none.png')], /one page, here 24 labels/],
      [['labels', code, '--size', 'a4-3x8', '--out', at('none.png')], /--size should be one of 50x30, 40x30, roll-58/],
      [['labels', code, '--count', '501', '--out', at('none.png')], /--count should be a whole number from 1 to 500/],
      [['labels', code, '--out', at('none.gif')], /should be one of png, svg, pdf/],
      [['labels', code, '--out', join(dataDir, 'no', 'none.png')], /cannot be written: .*ENOENT/],
      [['labels', DEMO_CODES.badge, '--out', at('none.png')], /is not the code of a lot/],
      [['sign', 'BD-0001', 'poster', '--out', at('none.png')], /"poster" is not known here/],
      [['sign', 'XX-0001', 'window', '--out', at('none.png')], /No establishment has the code XX-0001/],
    ]
    for (const [words, said] of wrong) {
      const { code, out, err } = await admin(...words)
      expect([words, code, out, err]).toEqual([words, 1, '', expect.stringMatching(said)])
    }
    for (const name of ['none.png', 'none.pdf']) expect([name, existsSync(at(name))]).toEqual([name, false])
    const [last] = await labels('--out', at('last.png'))
    expect(last!.total).toBe((sheet!.total as number) + 2)
  },
  WITHIN_MS,
)

test(
  'cases: listed and shown with who did what; the rights matrix with its count',
  async () => {
    const cases = await rows('cases', 'list')
    expect(cases.map(({ status }) => status).toSorted()).toEqual(['checking', 'closed', 'refused'])
    const closed = cases.find(({ status }) => status === 'closed')!
    const [shown] = await rows('cases', 'show', String(closed.number))
    expect(shown).toMatchObject({ number: closed.number, unitCode: 'HN-P-BD', reports: 1, told: [] })
    expect((shown!.steps as { action: string }[]).map(({ action }) => action)).toEqual([
      'report',
      'accept',
      'decide',
      'close',
    ])
    expect((await admin('cases', 'show', 'HN-2026-999999')).err).toBe('I cannot find this case.\n')
    const matrix = await rows('rights', 'matrix')
    expect(matrix.at(-1)).toEqual({ count: matrix.length - 1 })
  },
  WITHIN_MS,
)

test(
  'rules: a trial raises nothing, a run raises each fact once, a unit switches one off',
  async () => {
    await rows('clock', 'set', 'real')
    const listed = await rows('rules', 'list')
    expect(listed.map(({ code }) => code)).toEqual(['V01', 'V02', 'V04', 'V06', 'V16'])
    expect(new Set(listed.map(({ works }) => works))).toEqual(new Set(['everywhere']))
    const trial = await rows('rules', 'run', '--shadow')
    expect(trial.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['V04', 'V06']))
    expect(trial.every(({ number }) => number === null)).toBe(true)
    const badgesIn = (found: typeof trial) => found.filter(({ rule }) => rule === 'V06').map(({ unit }) => unit)
    expect(badgesIn(trial)).toContain('HN-P-GV')
    const [switched] = await rows('rules', 'switch', 'V06', '--unit', 'HN-P-GV', '--off')
    expect(switched).toEqual({ rule: 'V06', unit: 'HN-P-GV', on: false })
    const after = await rows('rules', 'list')
    expect(after.find(({ code }) => code === 'V06')).toMatchObject({ works: 'everywhere but HN-P-GV' })
    const raised = await rows('rules', 'run')
    expect(badgesIn(raised)).not.toContain('HN-P-GV')
    expect(raised.map(({ rule }) => rule)).toContain('V04')
  },
  WITHIN_MS,
)

test('digital-link: parsed and built, a line of JSON each, without a database', async () => {
  const good = 'https://id.example.vn/01/08934563138165/10/A%2FB?17=261130'
  const bad = 'https://id.example.vn/01/08934563138164'
  expect(await rows('digital-link', 'parse', good, bad)).toEqual([
    { uri: good, accept: true, elements: '(01)08934563138165(10)A/B(17)261130', reason: null },
    { uri: bad, accept: false, elements: null, reason: '01: csum' },
  ])
  const stem = 'https://id.example.vn'
  expect(await rows('digital-link', 'build', stem, '(17)261130(10)A/B(01)08934563138165')).toEqual([{ uri: good }])
  expect(await rows('digital-link', 'build', stem, '(17)261130')).toEqual([{ uri: null, reason: 'no key' }])
  expect(await admin('digital-link', 'build', stem)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/STEM ELEMENTS/),
  })
  expect(await admin('digital-link', 'draw', stem)).toMatchObject({ code: 1, err: expect.stringMatching(/parse/) })
})
