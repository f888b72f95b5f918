import { afterEach, expect, test } from '@jest/globals'
import { challengeOf } from '../../../../bot/channels/zalo/oauth.js'
import { rig, stopAll, type Rig } from './rig.js'

afterEach(stopAll)

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const go = (url: string, init: RequestInit = {}) => fetch(url, { redirect: 'manual', ...init })
const page = (r: Rig, secret = r.consents.link()) => `${r.url}/zalo/connect?key=${secret}`

/** Up to Zalo's answer: the address to which the administrator comes back. */
async function consented(r: Rig, change: (consent: URL) => void = () => undefined): Promise<URL> {
  const begun = await go(page(r), { method: 'POST' })
  const consent = new URL(begun.headers.get('location')!)
  change(consent)
  return new URL((await go(consent.href)).headers.get('location')!)
}

const unconnected = { accessToken: undefined, refreshToken: undefined }

test('a link is looked at as often as one likes, and begins one consent', async () => {
  const r = await rig(unconnected)
  const link = page(r)
  for (let i = 0; i < 3; i++) {
    const shown = await go(link, { headers: { 'accept-language': 'en' } })
    expect([shown.status, shown.headers.get('cache-control'), shown.headers.get('referrer-policy')]).toEqual([200, 'no-store', 'no-referrer']) // prettier-ignore
    expect(shown.headers.get('content-security-policy')).toContain(`form-action 'self' ${r.fake.url}`)
    expect(await shown.text()).toContain('Connect the Zalo Official Account')
  }
  expect((await go(link, { method: 'POST' })).status).toBe(303)
  expect((await go(link, { method: 'POST' })).status).toBe(410)
  expect((await go(link)).status).toBe(410)
})

test('without a link there is nothing to see, and nothing that comes in is shown unescaped', async () => {
  const r = await rig(unconnected)
  for (const path of ['', '?key=', '?key=x', '?key[]=x', '/callback', '/callback?state=x&code=y&oa_id=z']) {
    const shown = await go(`${r.url}/zalo/connect${path}`)
    expect([path, shown.status]).toEqual([path, 410])
  }
  expect(await (await go(`${r.url}/zalo/connect?key=<script>`)).text()).not.toContain('<script>')
})

test('each consent has a verifier of its own, and the code is exchanged once', async () => {
  const r = await rig(unconnected)
  const challenges = new Set<string>()
  for (let i = 0; i < 2; i++) {
    const back = await consented(r, (consent) => void challenges.add(consent.searchParams.get('code_challenge')!))
    expect((await go(back.href)).status).toBe(200)
    expect((await go(back.href)).status).toBe(410)
  }
  expect(challenges.size).toBe(2)
  expect(r.fake.callsOf('oauth')).toHaveLength(2)
  expect(r.kept.row).toMatchObject({ generation: 1, alarm: null })
  expect((await r.zalo.grant.current())?.token).toBe(r.fake.tokens.current)
  for (const secret of [r.fake.tokens.current, r.fake.settings.appSecret]) expect(r.lines.join()).not.toContain(secret)
})

test('a fixed verifier is the one whose challenge stands in the console', async () => {
  const r = await rig({ ...unconnected, codeVerifier: VERIFIER })
  let challenge = ''
  const back = await consented(r, (consent) => (challenge = consent.searchParams.get('code_challenge')!))
  expect(challenge).toBe(challengeOf(VERIFIER))
  expect((await go(back.href)).status).toBe(200)
})

test.each([
  ['another OA', 403, (back: URL) => back.searchParams.set('oa_id', '1')],
  ['no code', 200, (back: URL) => back.searchParams.delete('code')],
  ['a code that is none', 502, (back: URL) => back.searchParams.set('code', 'x')],
  ['another state', 410, (back: URL) => back.searchParams.set('state', 'x')],
])('%s: nothing is kept, and the state is used up or was none', async (_name, status, change) => {
  const r = await rig(unconnected)
  const back = await consented(r)
  change(back)
  expect((await go(back.href)).status).toBe(status)
  expect(r.kept.row).toBeUndefined()
  expect((await go(back.href)).status).toBe(410)
})
