import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { LANGUAGES, say, text } from '../../../locales/say.js'
import { DEMO_CODES } from '../../../prisma/seed/demo-data.js'
import { metaOf, pagesWorld, ROOT, wordsOf, type PagesWorld } from './pages-world.js'

const PAGE_MOST = 50 * 1024

let pages: PagesWorld
beforeAll(async () => {
  pages = await pagesWorld()
})
afterAll(() => pages.close())

const personasIn = (page: string): string[] =>
  [...page.matchAll(/name="persona" value="([^"]*)"/g)].map(([, id]) => id!)
const at = (moment: string) => ({ clock: { now: () => new Date(moment) } })

describe('the front page', () => {
  test.each(LANGUAGES)('in %s: what this is in three sentences, where to talk, how to join', async (language) => {
    const { text: page, headers } = await pages.page('/').set('Accept-Language', language).expect(200)
    const what = say(language, text('home.what'))
    expect(wordsOf(page)).toContain(what)
    expect(what.match(/[.!?](\s|$)/g)).toHaveLength(3)
    expect(metaOf(page, 'og:description')).toBe(what)
    for (const key of ['home.shops', 'home.officials', 'home.channels'] as const)
      expect(wordsOf(page)).toContain(say(language, text(key)))
    expect(page).toContain('href="/chat"')
    expect(Buffer.byteLength(page)).toBeLessThan(PAGE_MOST)
    expect(page).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=/i)
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/)
  })

  test('the demo: codes to scan and to press, and that all of it is invented', async () => {
    const { text: page } = await pages.page('/')
    for (const code of [DEMO_CODES.valid, DEMO_CODES.expired, DEMO_CODES.recalled])
      expect(page).toContain(`href="/c/${code}"`)
    expect(page.match(/<svg\s+class="qr"/g)!.length).toBeGreaterThanOrEqual(3)
    expect(wordsOf(page)).toContain('Đây là bản trình diễn: người, cửa hàng và số liệu đều là tưởng tượng.')
    expect(metaOf(page, 'og:url')).toBe(`${ROOT}/`)
  })

  test('the demo: whom the chat can be opened as, by the day of the house’s clock', async () => {
    const { text: page } = await pages.page('/')
    expect(personasIn(page)).toEqual(['consumer', 'owner-fruit', 'ward-officer', 'city-officer'])
    expect(page.match(/<form action="\/chat">/g)).toHaveLength(4)
    expect(page).toContain('chỉ ở bản trình diễn')
    const lastOfDistrict = await pages.page('/', at('2025-06-30T16:59:59Z'))
    expect(personasIn(lastOfDistrict.text)).toContain('district-officer')
    const firstOfTwoTiers = await pages.page('/', at('2025-06-30T17:00:00Z'))
    expect(personasIn(firstOfTwoTiers.text)).not.toContain('district-officer')
    // Whoever is offered is there.
    for (const persona of ['consumer', 'owner-fruit', 'ward-officer', 'city-officer', 'district-officer'])
      expect(await pages.world.db.prisma.chat.count({ where: { channel: 'web', address: persona } })).toBe(1)
  })

  test('outside the demo: no persona, no code of the demo, nothing said to be invented', async () => {
    const { text: page } = await pages.page('/', { demo: false })
    expect(page).not.toMatch(/persona|trình diễn|npm run/)
    for (const code of Object.values(DEMO_CODES)) expect(page).not.toContain(code)
    expect((await pages.page(`/c/${DEMO_CODES.valid}`, { demo: false })).text).not.toContain('trình diễn')
  })

  test('the other language is one press away, and stays', async () => {
    const { text: page } = await pages.page('/c/hello?x=1')
    expect(page).toContain('href="/c/hello?x=1&amp;lang=en"')
    const { text: english } = await pages.page('/?lang=en').set('Accept-Language', 'vi')
    expect(english).toContain('<html lang="en">')
    expect(english).toContain(`href="/c/${DEMO_CODES.valid}?lang=en"`)
    expect((await pages.page('/?lang=xx').set('Accept-Language', 'en')).text).toContain('<html lang="en">')
  })
})

describe('the files of a page', () => {
  test('the style sheet: named by what is in it, kept for a year; an old name gets what there is', async () => {
    const { text: page } = await pages.page('/')
    const [, address] = /<link\s+rel="stylesheet"\s+href="([^"]*)"/.exec(page)!
    expect(address).toMatch(/^\/assets\/house\.[0-9a-f]{10}\.css$/)
    const { headers } = await pages.site().get(address!).expect(200).expect('content-type', 'text/css; charset=utf-8')
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
    await pages.site().get('/assets/house.0123456789.css').expect(200).expect('cache-control', 'no-cache')
    await pages.site().get('/assets/house.css').set('If-None-Match', headers.etag!).expect(304)
    await pages.site().get('/assets/other.css').expect(404)
    await pages.site().get('/assets/..%2fassets.ts').expect(404)
  })

  test('its sign', async () => {
    await pages.site().get('/favicon.ico').expect(301)
    const { text: page } = await pages.page('/')
    const [, address] = /<link\s+rel="icon"\s+href="([^"]*)"/.exec(page)!
    await pages
      .site()
      .get(address!)
      .expect(200)
      .expect('content-type', /^image\/svg/)
  })
})
