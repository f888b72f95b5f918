import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from '@jest/globals'
import { appSecretProof } from '../../../../bot/channels/zalo/client.js'
import { challengeOf, newVerifier } from '../../../../bot/channels/zalo/oauth.js'
import { isSigned, macOf } from '../../../../bot/channels/zalo/signature.js'
import { macOf as fakeMac } from '../../../fakes/zalo/deliveries.js'
import { person } from '../../../fakes/zalo/people.js'
import { until } from '../../../fakes/chats.js'
import { rig, stopAll, type Rig } from './rig.js'

afterEach(stopAll)

/** Of the platform's reference, 4.2. */
const VECTOR = {
  appId: '431532706915553284',
  oaSecretKey: 'OA_SECRET_TEST_KEY',
  timestamp: '1543908534740',
  body: '{"app_id":"431532706915553284","sender":{"id":"8217643208765432"},"user_id_by_app":"552177279717587730","recipient":{"id":"388613280878808645"},"event_name":"user_send_text","message":{"text":"Xin chào","msg_id":"96d3cdf3af150460909"},"timestamp":"1543908534740"}',
  mac: 'f48b248cd0634429664a0c00e75be263eccaec2de28ceb4d719858ae0f9bfe98',
}

describe('vectors', () => {
  const { body, mac, ...by } = VECTOR
  test('the signature of the reference', () => {
    expect(macOf(Buffer.from(body), by).toString('hex')).toBe(mac)
    for (const header of [`mac=${mac}`, mac, `mac = ${mac.toUpperCase()}`, ` MAC=${mac} `])
      expect(isSigned(header, Buffer.from(body), by)).toBe(true)
  })

  test.each([
    ['another secret', `mac=${mac}`, body, { ...by, oaSecretKey: 'x' }],
    ['a body written anew', `mac=${mac}`, JSON.stringify(JSON.parse(body), null, 1), by],
    ['one letter', `mac=${mac.replace('f', 'e')}`, body, by],
    ['cut', `mac=${mac.slice(1)}`, body, by],
    ['longer', `mac=${mac}00`, body, by],
    ['nothing', '', body, by],
    ['no hex', `mac=${'z'.repeat(64)}`, body, by],
  ])('%s is refused', (_name, header, said, signedBy) => {
    expect(isSigned(header, Buffer.from(said), signedBy)).toBe(false)
  })

  test('PKCE of RFC 7636, and a verifier of ours', () => {
    expect(challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    )
    expect(newVerifier()).toMatch(/^[A-Za-z0-9]{43}$/)
    expect(newVerifier()).not.toBe(newVerifier())
  })

  test('appsecret_proof', () => {
    expect(appSecretProof('APP_SECRET', 'ACCESS_TOKEN')).toBe(
      'a727796e1b4e9053916f82f7a0b90f240862b289bb3c9ac5ff6e2231e18a491c',
    )
  })
})

/** ms since 1970, as Zalo writes it */
const SAID_AT = String(Date.now())

const event = (fake: Rig['fake'], more: object = {}) => ({
  app_id: fake.settings.appId,
  sender: { id: '8217643208765432' },
  recipient: { id: fake.settings.oaId },
  event_name: 'user_send_text',
  message: { text: 'Xin chào bí mật', msg_id: 'm1' },
  timestamp: SAID_AT,
  ...more,
})

const signed = (fake: Rig['fake'], body: string, timestamp = SAID_AT) => ({
  'X-ZEvent-Signature': `mac=${fakeMac(fake.settings.appId, body, timestamp, fake.settings.oaSecret)}`,
})

describe('the webhook', () => {
  const post = ({ url }: Rig, body: string | Uint8Array, headers: Record<string, string> = {}) =>
    fetch(`${url}/webhooks/zalo`, { method: 'POST', body: body as never, headers: { 'content-type': 'application/json', ...headers } }) // prettier-ignore

  test('stores a signed event once, however often it comes', async () => {
    const r = await rig()
    const body = JSON.stringify(event(r.fake))
    for (let i = 0; i < 3; i++) expect((await post(r, body, signed(r.fake, body))).status).toBe(200)
    expect(r.inbounds.map(({ key }) => key)).toEqual(['user_send_text:m1'])
  })

  test('GET, a post without signature, a post without event name: 200, counted, nothing stored', async () => {
    const r = await rig()
    expect((await fetch(`${r.url}/webhooks/zalo`)).status).toBe(200)
    expect((await post(r, JSON.stringify(event(r.fake)))).status).toBe(200)
    expect((await post(r, '')).status).toBe(200)
    expect((await post(r, '{"hello":1}', { 'X-ZEvent-Signature': 'mac=odd' })).status).toBe(200)
    expect((await post(r, '[]', { 'X-ZEvent-Signature': 'mac=odd' })).status).toBe(200)
    expect(r.inbounds).toEqual([])
    expect(r.counted).toEqual([
      ...['webhook: GET', 'webhook: no signature', 'webhook: no signature'],
      ...['webhook: no event name', 'webhook: no event name'],
    ])
  })

  test('a wrong signature, a body written anew, another app, no secret: 401, nothing changed', async () => {
    const r = await rig()
    const body = JSON.stringify(event(r.fake))
    const anew = JSON.stringify(event(r.fake), null, 1)
    expect((await post(r, body, { 'X-ZEvent-Signature': `mac=${'0'.repeat(64)}` })).status).toBe(401)
    expect((await post(r, anew, signed(r.fake, body))).status).toBe(401)
    const other = JSON.stringify(event(r.fake, { app_id: '1' }))
    expect((await post(r, other, signed(r.fake, other))).status).toBe(401)
    expect(r.inbounds).toEqual([])
    expect(r.counted).toEqual(['webhook: wrong signature', 'webhook: wrong signature', 'webhook: another app'])

    const without = await rig({ oaSecretKey: undefined })
    expect((await post(without, body, signed(r.fake, body))).status).toBe(401)
    expect(without.zalo.ailment()).toMatch(/ZALO_OA_SECRET_KEY/)
  })

  test('what is older than Zalo ever sends it again is acknowledged, counted and not heard', async () => {
    const HOUR_MS = 3_600_000
    const saidAgo = async (ms: number) => {
      const r = await rig({ now: () => new Date(Number(SAID_AT) + ms) })
      const body = JSON.stringify(event(r.fake))
      expect((await post(r, body, signed(r.fake, body))).status).toBe(200)
      return { heard: r.inbounds.length, counted: r.counted }
    }
    expect(await saidAgo(24 * HOUR_MS)).toEqual({ heard: 1, counted: ['event: user_send_text'] })
    expect(await saidAgo(24 * HOUR_MS + 1)).toEqual({ heard: 0, counted: ['event: too old'] })
    expect(await saidAgo(9 * 24 * HOUR_MS)).toEqual({ heard: 0, counted: ['event: too old'] })
    // A clock of ours that is behind refuses nobody.
    expect(await saidAgo(-24 * HOUR_MS)).toMatchObject({ heard: 1 })
  })

  test('no JSON 400, ten megabytes 413, compressed 415: nothing stored', async () => {
    const r = await rig()
    const odd = { 'X-ZEvent-Signature': 'mac=odd' }
    expect((await post(r, '{"event_name":', odd)).status).toBe(400)
    expect((await post(r, `{"x":"${'y'.repeat(10 * 1024 * 1024)}"}`, odd)).status).toBe(413)
    expect((await post(r, gzipSync('{}'), { ...odd, 'content-encoding': 'gzip' })).status).toBe(415)
    expect(r.inbounds).toEqual([])
  })

  test('an event that could not be stored is asked for again, and no word of it is logged', async () => {
    const r = await rig()
    await r.zalo.stop(100)
    const body = JSON.stringify(event(r.fake))
    expect((await post(r, body, signed(r.fake, body))).status).toBe(503)
    expect(r.lines.join()).toContain('sent again')
    expect(r.lines.join()).not.toContain('bí mật')
  })

  test('redelivery: what was refused comes again until it is stored', async () => {
    const r = await rig()
    let down = true
    r.zalo.start(async (inbounds) => {
      if (down) throw new Error('no database')
      r.inbounds.push(...inbounds)
    })
    const an = person(r.fake)
    const said = an.says('Xin chào')
    await until(() => r.fake.deliveries.all[0]!.tries >= 2)
    down = false
    await said
    expect(r.fake.deliveries.all[0]).toMatchObject({ status: 200 })
    expect(r.inbounds.map(({ heard }) => heard)).toEqual([{ kind: 'text', text: 'Xin chào' }])
  })

  test('an unknown event is acknowledged, counted, and its name logged', async () => {
    const r = await rig()
    const body = JSON.stringify(event(r.fake, { event_name: 'user_did_something_new' }))
    expect((await post(r, body, signed(r.fake, body))).status).toBe(200)
    expect([r.counted, r.inbounds]).toEqual([['event: unknown event'], []])
    expect(r.lines.join()).toContain('user_did_something_new')
  })

  test('the domain proof is served by its name', async () => {
    const r = await rig({ domainProof: 'AbC123' })
    const proof = await fetch(`${r.url}/zalo_verifierAbC123.html`)
    expect([proof.status, proof.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(await proof.text()).toContain('AbC123')
    expect((await fetch(`${r.url}/zalo_verifierOther.html`)).status).toBe(404)
  })

  test('200 people at once are all answered, and each is stored once', async () => {
    // Longer than Zalo waits: the machine of the tests may have other work. What it took is printed.
    const r = await rig({}, { webhookTimeoutMs: 10_000 })
    await Promise.all(Array.from({ length: 200 }, () => person(r.fake).says('Xin chào')))
    expect(r.fake.deliveries.all.filter(({ status, tries }) => status !== 200 || tries !== 1)).toEqual([])
    expect(r.inbounds).toHaveLength(200)
    console.info(
      `200 events at once: the slowest was answered in ${Math.max(...r.fake.deliveries.all.map(({ ms }) => ms))} ms`,
    )
  })
})
