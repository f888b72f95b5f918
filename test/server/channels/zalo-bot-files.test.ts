/** The signed addresses of our files: which file, until when, and nothing else. */
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import request from 'supertest'
import type { FileOut } from '../../../bot/channels/channel.js'
import { FILE_LINK_DAYS, FILES_PATH, fileLinks } from '../../../server/channels/zalo-bot-files.js'
import { LANGUAGES, say, text } from '../../../locales/say.js'
import { makeLog } from '../../../server/log.js'
import { webApp } from '../../../server/web/app.js'

const ROOT = 'https://ronguon.example'
const DAY_MS = 24 * 3_600_000
const key = randomBytes(32)
const JPEG: FileOut = { key: 'a.jpg', mime: 'image/jpeg', name: 'Cam Canh.jpg' }

function house(more: { key?: Buffer; lines?: string[] } = {}) {
  const time = { now: Date.UTC(2026, 1, 1, 8) }
  const asked: string[] = []
  const read = async (name: string) => {
    asked.push(name)
    if (name === 'gone.jpg') throw new Error('ENOENT')
    return Buffer.from(`bytes of ${name}`)
  }
  const { linkOf, router } = fileLinks({ key: more.key ?? key, root: ROOT, files: { read }, now: () => time.now })
  const log = makeLog({ to: { write: (line: string) => void more.lines?.push(line) } })
  const app = webApp({ log, ailments: async () => [], routers: [router] })
  return { time, asked, linkOf, get: (link: string) => request(app).get(link.slice(ROOT.length)).buffer() }
}

test('the address opens exactly that file, as what it is', async () => {
  const { linkOf, get, asked } = house()
  const link = linkOf(JPEG)
  expect(link).toMatch(/^https:\/\/ronguon\.example\/files\/zalo-bot\/[\w-]+\.[\w-]{43}$/)
  const answer = await get(link)
  expect([answer.status, String(answer.body), asked]).toEqual([200, 'bytes of a.jpg', ['a.jpg']])
  expect(answer.headers).toMatchObject({
    'content-type': 'image/jpeg',
    'content-disposition': `inline; filename="Cam Canh.jpg"; filename*=UTF-8''Cam%20Canh.jpg`,
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'cross-origin',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-robots-tag': 'noindex',
  })
})

test.each([
  ['text/html', 'x.html', 'attachment'],
  ['image/svg+xml', 'x.svg', 'attachment'],
  ['application/pdf', 'tem.pdf', 'inline'],
])('%s: %s', async (mime, name, how) => {
  const { linkOf, get } = house()
  const { headers } = await get(linkOf({ key: 'k', mime, name }))
  expect(headers['content-disposition']).toMatch(new RegExp(`^${how};`))
  expect(headers['content-type']).toBe(how === 'inline' ? mime : 'application/octet-stream')
})

test.each(['giấy "tờ"\r\nset-cookie: a=1.pdf', 'ảnh\ud800.jpg', 'x'.repeat(5_000), "it's (1)*.pdf", ''])(
  'a name such as %j breaks no header',
  async (name) => {
    const { linkOf, get } = house()
    const { status, headers } = await get(linkOf({ ...JPEG, name }))
    expect([status, headers['set-cookie']]).toEqual([200, undefined])
    expect(headers['content-disposition']).toMatch(/^inline; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w.%~!-]*$/)
  },
)

describe('what is not found', () => {
  const token = (link: string) => link.slice(ROOT.length + FILES_PATH.length + 1)
  const at = (changed: string) => `${ROOT}${FILES_PATH}/${changed}`

  test('an address that ran out, to the second', async () => {
    const { time, linkOf, get, asked } = house()
    const link = linkOf(JPEG)
    time.now += FILE_LINK_DAYS * DAY_MS
    expect((await get(link)).status).toBe(200)
    time.now = Date.UTC(2026, 1, 2 + FILE_LINK_DAYS) - 1_000
    expect((await get(link)).status).toBe(200)
    time.now += 1_000
    expect((await get(link)).status).toBe(404)
    expect(asked).toHaveLength(2)
  })

  test('one of another house’s key', async () => {
    const { get, asked } = house()
    expect((await get(house({ key: randomBytes(32) }).linkOf(JPEG))).status).toBe(404)
    expect(asked).toEqual([])
  })

  test('one with any letter changed, cut, or put together of two', async () => {
    const { linkOf, get, asked } = house()
    const whole = token(linkOf(JPEG))
    const [content, signature] = whole.split('.')
    const [other] = token(linkOf({ ...JPEG, key: 'other.jpg' })).split('.')
    const swapped = [...whole].map((letter, i) =>
      i % 7 === 0 && letter !== '.' ? whole.slice(0, i) + (letter === 'A' ? 'B' : 'A') + whole.slice(i + 1) : '',
    )
    const forged = [
      `${other}.${signature}`,
      content!,
      `${content}.`,
      `.${signature}`,
      `${whole}.x`,
      '%00',
      'x'.repeat(9_000),
    ]
    for (const bad of [...swapped.filter(Boolean), ...forged])
      expect([bad, (await get(at(bad))).status]).toEqual([bad, 404])
    expect(asked).toEqual([])
  })

  test('a file that is gone: the log names neither file nor address', async () => {
    const lines: string[] = []
    const { linkOf, get } = house({ lines })
    const link = linkOf({ ...JPEG, key: 'gone.jpg' })
    expect((await get(link)).status).toBe(500)
    expect(lines.join('')).not.toContain(token(link))
  })
})

test.each(LANGUAGES)('people are told how long it works: %s', (language) =>
  expect(say(language, text('zalo-bot.files'))).toMatch(new RegExp(`\\b${FILE_LINK_DAYS} (ngày|days)`)),
)

test('a message that is sent again within the day names the same address', () => {
  const { time, linkOf } = house()
  const link = linkOf(JPEG)
  time.now += 15 * 3_600_000
  expect(linkOf(JPEG)).toBe(link)
})
