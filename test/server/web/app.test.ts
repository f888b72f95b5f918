import { beforeEach, describe, expect, test } from '@jest/globals'
import { json, Router } from 'express'
import request from 'supertest'
import { makeCounts } from '../../../server/counts.js'
import { makeLog } from '../../../server/log.js'
import { webApp } from '../../../server/web/app.js'

let wrong: string[]
let lines: string[]
const router = Router()
router.get('/bug', () => {
  throw new Error('hush 0912345678')
})
router.get('/late-bug', (_request, response) => {
  response.write('half')
  throw new Error('hush')
})
router.post('/json', json({ limit: 100 }), (_request, response) => void response.json({ ok: true }))

const logger = () => makeLog({ to: { write: (line) => lines.push(line) } })
const app = () => request(webApp({ log: logger(), ailments: async () => wrong, routers: [router] }))

beforeEach(() => {
  wrong = []
  lines = []
})

test('alive, and ready only when nothing is wrong', async () => {
  await app().get('/healthz').expect(200, 'ok\n')
  await app().get('/readyz').expect(200, { ready: true, wrong: [], limping: [] }).expect('cache-control', 'no-store')
  wrong = ['database: does not answer']
  await app()
    .get('/readyz')
    .expect(503, { ready: false, wrong: ['database: does not answer'], limping: [] })
  await app().get('/healthz').expect(200)
})

test('a channel that does not work is told, and takes nobody else out', async () => {
  const limping = async () => ['zalo_bot: the token is refused']
  await request(webApp({ log: logger(), ailments: async () => [], limping }))
    .get('/readyz')
    .expect(200, { ready: true, wrong: [], limping: ['zalo_bot: the token is refused'] })
})

test('safe headers, and no word about what we are made of', async () => {
  const { headers } = await app().get('/healthz')
  expect(headers['content-security-policy']).toContain("default-src 'self'")
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['x-powered-by']).toBeUndefined()
})

describe('what nothing answers', () => {
  test('in Vietnamese, unless the browser asks for English', async () => {
    await app()
      .get('/nowhere')
      .expect(404, /Không có trang này/)
    await app()
      .get('/nowhere')
      .set('Accept-Language', 'en-GB,en;q=0.9')
      .expect(404, /no such page/)
    await app()
      .get('/nowhere')
      .set('Accept-Language', 'fr')
      .expect(404, /Không có trang này/)
  })

  test('what the house counted, for whoever measures it', async () => {
    const counts = makeCounts()
    counts.of('telegram')('webhook', 'wrong secret')
    counts.watch('hear', () => ({ stored: 7 }))
    const measured = request(webApp({ log: logger(), ailments: async () => [], metrics: () => counts.page() }))
    const { text } = await measured.get('/metrics').expect(200).expect('Cache-Control', 'no-store')
    expect(text).toContain('ronguon_channel_total{channel="telegram",what="webhook",why="wrong secret"} 1')
    expect(text).toContain('ronguon_part{part="hear",what="stored"} 7')
  })

  test('a bug: neither its words nor its place are shown, and its words are not logged', async () => {
    const { text } = await app()
      .get('/bug')
      .expect(500, /trục trặc/)
    expect(text).not.toMatch(/hush|at |\.ts/)
    expect(lines.join()).toMatch(/"route":"\/bug"/)
    expect(lines.join()).not.toContain('hush')
  })

  test('a bug after the answer began cuts the connection', async () => {
    await expect(app().get('/late-bug')).rejects.toThrow(/aborted|hang up/)
  })

  test.each([
    ['malformed JSON', '{"a":', 400],
    ['a body that is too large', JSON.stringify({ a: 'x'.repeat(200) }), 413],
  ])('%s is the client’s fault', async (_, body, status) => {
    await app()
      .post('/json')
      .set('Content-Type', 'application/json')
      .send(body)
      .expect(status, /không đọc được/)
    expect(lines).toEqual([])
  })

  test('an address that cannot be decoded', async () => {
    await app()
      .get('/%E0%A4%A')
      .expect((response) => expect([400, 404]).toContain(response.status))
  })
})
