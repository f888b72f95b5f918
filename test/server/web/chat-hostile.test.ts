/** What the web chat refuses: others' sessions and sites, floods, what is too large or means nothing. */
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { DEMO_CODES } from '../../../prisma/seed/demo.js'
import { until } from '../../fakes/chats.js'
import { houseOf, type TestHouse } from '../../fakes/house.js'
import { Program } from '../../fakes/web/program.js'
import { demoWorld } from '../../demo-world.js'
import { freshWorld, type World } from '../../world.js'

let world: World
let house: TestHouse

beforeAll(async () => {
  world = await demoWorld()
  house = await houseOf(world)
})
afterAll(async () => {
  await house.stop()
  await world.close()
})

const openSession = (headers: Record<string, string> = {}, body = '{}') =>
  fetch(`${house.url}/chat/api/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
  })
const cookieOf = (answer: Response): string => answer.headers.get('set-cookie')!.split(';')[0]!
const updates = () => world.db.prisma.update.count({ where: { channel: 'web' } })

describe('a session', () => {
  test('is a cookie that no script reads, or a bearer; a page is not told it', async () => {
    const program = await openSession()
    expect(program.status).toBe(201)
    expect(program.headers.get('set-cookie')).toMatch(
      /^ronguon-chat=[\w.-]+; Max-Age=\d+; Path=\/chat; .*HttpOnly; SameSite=Lax$/,
    )
    expect(program.headers.get('set-cookie')).not.toMatch(/Secure/)
    expect(Object.keys((await program.json()) as object)).toContain('session')
    const page = await openSession({ 'Sec-Fetch-Site': 'same-origin', Origin: house.url })
    expect(page.status).toBe(201)
    expect(await page.json()).toEqual({ demo: true })
    const cookie = cookieOf(page)
    expect((await fetch(`${house.url}/chat/api/history`, { headers: { Cookie: cookie } })).status).toBe(200)
    const again = await openSession({ Cookie: cookie })
    expect(again.status).toBe(200)
    expect(cookieOf(again).split('.')[0]).toBe(cookie.split('.')[0])
    expect(cookieOf(await openSession({ Cookie: cookie }, '{"fresh":true}')).split('.')[0]).not.toBe(
      cookie.split('.')[0],
    )
  })

  test('is secure under https', async () => {
    const answer = await openSession({ 'X-Forwarded-Proto': 'https' })
    expect(answer.headers.get('set-cookie')).toMatch(/; Secure/)
  })

  test('that is forged, cut, of another key or missing is refused', async () => {
    const { session } = await Program.open(house.url)
    const [id, made, signature] = session.split('.') as [string, string, string]
    const swapped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`
    const forged = [
      `${id}.${made}.${swapped}`,
      `${'A'.repeat(22)}.${made}.${signature}`,
      `${id}.zzzzzz.${signature}`,
      `${id}.${made}`,
      id,
      '',
      'null',
      'x'.repeat(5000),
      `${session}\u00e9`,
    ]
    for (const token of forged) {
      const carried: Record<string, string>[] = [
        { Authorization: `Bearer ${encodeURI(token)}` },
        { Cookie: `ronguon-chat=${encodeURI(token)}` },
      ]
      for (const headers of carried) {
        const answer = await fetch(`${house.url}/chat/api/history`, { headers })
        expect(answer.status).toBe(401)
        expect(await answer.json()).toMatchObject({ error: 'no-session' })
      }
    }
    // A wrong header is not made good by a right cookie.
    const both = { Authorization: 'Bearer x', Cookie: `ronguon-chat=${session}` }
    expect((await fetch(`${house.url}/chat/api/stream`, { headers: both })).status).toBe(401)
    expect((await fetch(`${house.url}/chat/api/messages`, { method: 'POST' })).status).toBe(401)
  })

  test('of a persona: in the demo, and only one that there is', async () => {
    const answer = await openSession({}, '{"persona":"owner-fruit"}')
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({ demo: true, persona: 'owner-fruit' })
    expect((await openSession({}, '{"persona":"nobody-like-that"}')).status).toBe(404)
    expect((await openSession({}, '{"persona":7}')).status).toBe(400)
    const grave = await freshWorld()
    const real = await houseOf(grave, { DEMO: 'false', KEY_FILE: `${house.dataDir}/keys.json` })
    const refused = await fetch(`${real.url}/chat/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"persona":"owner-fruit"}',
    })
    expect(refused.status).toBe(403)
    expect(await (await fetch(`${real.url}/chat`)).text()).not.toMatch(/persona=/)
    await real.stop()
    await grave.close()
  })
})

describe('somebody else’s', () => {
  test('messages, stream and files are not to be had', async () => {
    const [me, you] = [await Program.open(house.url), await Program.open(house.url)]
    const bytes = new Uint8Array(Buffer.from('%PDF-1.4 mine'))
    await me.upload(bytes, 'application/pdf', { 'X-File-Name': 'giay.pdf' })
    const [own] = await me.history()
    const { url } = own!.files[0]!
    expect((await me.get(url)).status).toBe(200)
    expect((await you.get(url)).status).toBe(404)
    expect((await fetch(`${house.url}${url}`)).status).toBe(401)
    for (const path of [
      `${url.slice(0, -1)}1`,
      `${url}x`,
      '/chat/api/files/0/0',
      '/chat/api/files/999999999999999/0',
      '/chat/api/files/1e3/0',
      '/chat/api/files/-1/0',
    ])
      expect((await me.get(path)).status).toBe(404)
    expect(await you.history()).toEqual([])
    const listening = you.listen(0)
    await listening.open
    await until(async () => (await me.history()).length >= 2)
    expect(listening.told).toEqual([])
    listening.cut()
  })

  test('site may not post, open a session, or use the form types that browsers send unasked', async () => {
    const { session } = await Program.open(house.url)
    const Cookie = `ronguon-chat=${session}`
    const before = await updates()
    const foreign: Record<string, string>[] = [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
    ]
    for (const headers of foreign) {
      expect((await openSession({ ...headers, Cookie })).status).toBe(403)
      const post = {
        method: 'POST',
        headers: { Cookie, 'Content-Type': 'application/json', ...headers },
        body: '{"text":"x"}',
      }
      expect((await fetch(`${house.url}/chat/api/messages`, post)).status).toBe(403)
      expect((await fetch(`${house.url}/chat/api/history`, { headers: { Cookie, ...headers } })).status).toBe(403)
    }
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      '',
      'image',
    ])
      expect(
        (
          await fetch(`${house.url}/chat/api/messages`, {
            method: 'POST',
            headers: { Cookie, 'Content-Type': type },
            body: '{"text":"x"}',
          })
        ).status,
      ).toBe(415)
    expect(await updates()).toBe(before)
  })
})

describe('a body', () => {
  test.each([
    ['no JSON', '{"text":', 400],
    ['nothing', '', 400],
    ['null', 'null', 400],
    ['a list', '[{"text":"a"}]', 400],
    ['two at once', '{"text":"a","choice":"b"}', 400],
    ['a field more', '{"text":"a","__proto__":{"x":1}}', 400],
    ['a number as text', '{"text":1}', 400],
    ['blank text', '{"text":"  \\n "}', 400],
    ['only a NUL', '{"text":"\\u0000"}', 400],
    ['a place off the earth', '{"place":[91,0]}', 400],
    ['a place that is no number', '{"place":[1e999,0]}', 400],
    ['a press of 65 bytes', `{"press":"${'x'.repeat(65)}"}`, 400],
    ['a payload that is none', '{"start":"a b"}', 400],
    ['deep nesting', `{"text":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 400],
    ['64 KB and more', JSON.stringify({ text: 'x'.repeat(70_000) }), 413],
  ])('that is %s is refused', async (_, body, status) => {
    const me = await Program.open(house.url)
    const before = await updates()
    const answer = await me.post(body)
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ error: expect.any(String), message: expect.any(String) })
    expect(await updates()).toBe(before)
  })

  test('with NUL, half surrogates or 10,000 letters is cleaned and heard', async () => {
    const me = await Program.open(house.url)
    for (const text of ['a\u0000b\ud800c', 'ư'.repeat(10_000), '<script>alert(1)</script>', "'; drop table chats; --"])
      expect((await me.post({ text })).status).toBe(202)
    const said = (await me.history()).filter(({ own }) => own).map(({ text }) => text)
    expect(said).toEqual(['abc', 'ư'.repeat(4096), '<script>alert(1)</script>', "'; drop table chats; --"])
  })

  test('key that is too long, or odd', async () => {
    const me = await Program.open(house.url)
    expect((await me.post({ text: 'a' }, { 'Idempotency-Key': 'k'.repeat(201) })).status).toBe(400)
    expect((await me.post({ text: 'a' }, { 'Idempotency-Key': '\'"{}' })).status).toBe(202)
  })
})

describe('an upload', () => {
  test('that says it is too large is refused before it is read', async () => {
    const me = await Program.open(house.url)
    const sent = await new Promise<{ status: number; written: number }>((done, fail) => {
      const post = httpRequest(`${house.url}/chat/api/messages`, {
        method: 'POST',
        headers: { ...me.headers, 'Content-Type': 'image/jpeg', 'Content-Length': String(21 * 1024 * 1024) },
      })
      post.on('response', (answer) => done({ status: answer.statusCode!, written: post.socket?.bytesWritten ?? 0 }))
      post.on('error', fail)
      post.write('x')
    })
    expect(sent.status).toBe(413)
    expect(sent.written).toBeLessThan(2_000)
  })

  test('that never ends is cut at the limit', async () => {
    const me = await Program.open(house.url)
    const chunk = new Uint8Array(1024 * 1024)
    let sent = 0
    const body = new ReadableStream({
      pull(controller) {
        sent += 1
        controller.enqueue(chunk)
      },
    })
    const post = { method: 'POST', headers: { ...me.headers, 'Content-Type': 'image/jpeg' }, body, duplex: 'half' }
    const answer = await fetch(`${house.url}/chat/api/messages`, post as RequestInit).catch(() => undefined)
    expect(answer?.status ?? 413).toBe(413)
    expect(sent).toBeLessThan(40)
  })

  test('of a page or a drawing with script is handed out as bytes to save', async () => {
    const me = await Program.open(house.url)
    for (const mime of ['text/html', 'image/svg+xml', 'application/xhtml+xml']) {
      expect((await me.upload(new Uint8Array(Buffer.from('<svg onload="alert(1)"/>')), mime)).status).toBe(202)
      const own = (await me.history()).findLast(({ files }) => files.length > 0)!
      const { headers } = await me.get(own.files[0]!.url)
      expect(headers.get('content-type')).toBe('application/octet-stream')
      expect(headers.get('content-disposition')).toMatch(/^attachment/)
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    }
  })
})

describe('a flood', () => {
  test('of messages is told to wait; what was granted is answered', async () => {
    const me = await Program.open(house.url)
    const answers = await Promise.all(Array.from({ length: 60 }, () => me.post({ text: '/help' })))
    const statuses = answers.map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([202, 429]))
    expect(statuses.filter((status) => status === 202).length).toBeGreaterThanOrEqual(40)
    const refused = answers.find(({ status }) => status === 429)!
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(await refused.json()).toMatchObject({ error: 'too-many' })
    // Another session goes on.
    expect((await (await Program.open(house.url)).post({ text: DEMO_CODES.valid })).status).toBe(202)
  })

  test('of sessions from one address is told to wait', async () => {
    const from = { 'X-Forwarded-For': '203.0.113.7' }
    const answers = await Promise.all(Array.from({ length: 70 }, () => openSession(from)))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect((await openSession({ 'X-Forwarded-For': '203.0.113.8' })).status).toBe(201)
  })
})
