import { afterAll, beforeAll, expect, test } from '@jest/globals'
import request from 'supertest'
import { makeLog } from '../../../server/log.js'
import { webApp } from '../../../server/web/app.js'
import { pages } from '../../../server/web/pages.js'
import { randomCode } from '../../../qr/codes.js'
import { NOW } from '../../domain/actors.js'
import { freshWorld, type World } from '../../world.js'

let world: World
beforeAll(async () => {
  world = await freshWorld()
})
afterAll(() => world.close())

const site = (demo = true) =>
  request(
    webApp({
      log: makeLog({ level: 'fatal' }),
      ailments: async () => [],
      routers: [pages({ db: world.db, clock: { now: () => NOW }, demo })],
    }),
  )

test('the front page leads to codes in the demo, and to none outside it', async () => {
  const { text } = await site().get('/').expect(200)
  expect(text.match(/href="\/c\/[0-9A-Z]{9}"/g)).toHaveLength(6)
  expect((await site(false).get('/').expect(200)).text).not.toContain('/c/')
})

test('a code that nobody gave out is not found, in the language of the browser', async () => {
  const code = randomCode()
  const shown = code.replace(/(...)(...)/, '$1-$2-')
  expect((await site().get(`/c/${code}`).expect(404)).text).toContain(shown)
  await site()
    .get(`/c/${code}`)
    .set('Accept-Language', 'en')
    .expect(404, /\bcode\b/i)
})

test.each([
  ['NUL', '%00'],
  ['half a surrogate pair, as bytes', '%ED%A0%80'],
  ['right-to-left and a line end', '%E2%80%AE%0Aabc'],
  ['SQL', "'%20or%201=1--"],
  ['very much', 'A'.repeat(5000)],
  ['markup', '%3Cscript%3Ealert(1)%3C/script%3E'],
])('hostile: %s is no code, and nothing breaks', async (_, path) => {
  const { status, headers, text } = await site().get(`/c/${path}`)
  expect([400, 404]).toContain(status)
  expect(headers['content-type']).toMatch(/^text\/plain/)
  expect(text).not.toMatch(/[\u0000-\u0009\u202E]/)
  expect(text.length).toBeLessThan(1000)
})
