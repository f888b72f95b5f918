import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import sharp from 'sharp'
import { lookUp, type LotProvenance } from '../../../domain/provenance.js'
import { cardOf } from '../../../bot/look-up.js'
import { LANGUAGES, say } from '../../../locales/say.js'
import { aLot, anEstablishment, aProduct } from '../../../prisma/seed/builders.js'
import { codeOfBadge, codeOfSite, DEMO_CODES, SITES } from '../../../prisma/seed/demo-data.js'
import { randomCode, showCode } from '../../../qr/codes.js'
import { gs1CheckDigit } from '../../../qr/digital-link.js'
import { makeReader } from '../../../qr/read.js'
import { NOW } from '../../domain/actors.js'
import { BROWSER, metaOf, pagesWorld, ROOT, wordsOf, type PagesWorld } from './pages-world.js'

/** Of a page and its style sheet, without pictures. bytes */
const PAGE_MOST = 50 * 1024

let pages: PagesWorld
beforeAll(async () => {
  pages = await pagesWorld()
})
afterAll(() => pages.close())

const found = (code: string) => lookUp(pages.world.db, code, { now: NOW })
const codes = {
  valid: DEMO_CODES.valid,
  cake: DEMO_CODES.cake,
  expired: DEMO_CODES.expired,
  soldOut: DEMO_CODES.soldOut,
  held: DEMO_CODES.held,
  recalled: DEMO_CODES.recalled,
  badge: DEMO_CODES.badge,
  badgeSuspended: DEMO_CODES.badgeSuspended,
  badgeExpired: DEMO_CODES.badgeExpired,
  establishment: DEMO_CODES.establishment,
} as const

describe('every verdict’s page', () => {
  const cases = LANGUAGES.flatMap((language) => Object.entries(codes).map(([name, code]) => ({ language, name, code })))

  test.each(cases)(
    '$name in $language: the card’s first line first, small, without script',
    async ({ code, language }) => {
      const { text: page, headers } = await pages.page(`/c/${code}?lang=${language}`).expect(200)
      const answer = say(language, cardOf(await found(code)).text[0]!)
      expect(wordsOf(page)[0]).toBe(answer)
      expect(Buffer.byteLength(page) + (await styleBytes(page))).toBeLessThan(PAGE_MOST)
      expect(page).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=|javascript:/i)
      expect(page).toContain(`<html lang="${language}">`)
      expect(headers['content-type']).toBe('text/html; charset=utf-8')
      expect(headers['cache-control']).toBe('no-store')
      expect(headers['content-language']).toBe(language)
      expect(headers.vary).toMatch(/Accept, Accept-Language/)
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      )
      // Whatever a link preview shows is the answer, and nobody says more than was checked.
      expect(answer.endsWith(metaOf(page, 'og:description')!)).toBe(true)
      expect(metaOf(page, 'description')).toBe(metaOf(page, 'og:description'))
      expect(metaOf(page, 'og:url')).toBe(`${ROOT}/c/${code}`)
      expect(wordsOf(page).join(' ')).not.toMatch(/genuine|authentic|hàng thật|chính hãng/i)
      // Nothing is fetched from elsewhere.
      expect([...page.matchAll(/(?:src|href|action)="([^"]*)"/g)].every(([, to]) => to!.startsWith('/'))).toBe(true)
    },
  )

  test('the word that is read in a second, and its own shape', async () => {
    const words = {
      valid: 'Giấy tờ đã kiểm tra',
      expired: 'Quá hạn',
      soldOut: 'Đã bán hết',
      held: 'Đang tạm giữ',
      recalled: 'Bị thu hồi',
    } as const
    const shapes = new Set<string>()
    for (const [name, word] of Object.entries(words)) {
      const { text: page } = await pages.page(`/c/${codes[name as keyof typeof words]}`)
      expect(page).toContain(`<p class="word">${word}</p>`)
      expect(metaOf(page, 'og:title')).toContain(word)
      shapes.add(/<svg\s+class="shape".*?<\/svg>/s.exec(page)![0])
    }
    expect(shapes.size).toBe(5)
  })

  test('destroyed, and not checked by anybody', async () => {
    const { db } = pages.world
    const site = await anEstablishment(db, { name: 'Vườn Mới', class: 'farm' })
    const product = await aProduct(db, { establishmentId: site.id, name: 'Mận' })
    const [plain, gone] = [randomCode(), randomCode()]
    await aLot(db, { establishmentId: site.id, productId: product.id, code: plain, createdAt: NOW })
    await aLot(db, { establishmentId: site.id, productId: product.id, code: gone, status: 'destroyed', statusAt: NOW })
    expect((await pages.page(`/c/${plain}`)).text).toMatch(/class="band stated".*Chưa ai kiểm tra/s)
    const { text: page } = await pages.page(`/c/${gone}`)
    expect(page).toMatch(/class="band destroyed".*Đã tiêu huỷ/s)
    expect(wordsOf(page).join('\n')).toContain('Bác đừng mua, đừng ăn.')
    // Without a picture: none is told of, and none is there.
    expect(page).not.toMatch(/<img|og:image/)
    await pages.site().get(`/c/${plain}/picture`).expect(404)
  })
})

describe('a lot’s page', () => {
  test('shows the journey: each step with its place, date and role', async () => {
    const lot = (await found(codes.valid)) as LotProvenance
    const { text: page } = await pages.page(`/c/${codes.valid}`)
    const words = wordsOf(page).join('\n')
    expect(page.match(/<li class="step/g)).toHaveLength(lot.steps.length)
    for (const said of ['Hợp tác xã Đồi Cam Sương Sớm', 'nhà vườn · Phú Thọ', 'nơi bán buôn', 'Trái cây Mây Lành'])
      expect(words).toContain(said)
    for (const said of ['trồng, thu hoạch', '18/11/2026', '2 ngày sau', 'Hạn dùng', '(còn 8 ngày)', 'BND-BD-0001'])
      expect(words).toContain(said)
    expect(words).toContain(showCode(codes.valid))
  })

  test('is within the public’s sight: no quantity, no name that is not public, no person', async () => {
    const lot = (await found(codes.valid)) as LotProvenance
    expect(lot.steps.some(({ who }) => who.name === null)).toBe(true)
    const { text: page } = await pages.page(`/c/${codes.valid}`)
    const middle = SITES.find(({ key }) => key === 'wholesaler')!
    const people = SITES.flatMap(({ owner, staff }) => [owner.name, ...(staff ? [staff.name] : [])])
    for (const hidden of [middle.name, middle.address, middle.code, ...people, '60 kg', '600 kg', '1.200 kg'])
      expect(page).not.toContain(hidden)
    expect((await pages.page(`/c/${codes.held}`)).text).not.toContain('Chờ kết quả kiểm nghiệm')
    expect((await pages.page(`/c/${codes.recalled}`)).text).toContain('có hàn the')
  })

  test('a name cannot write the page: tags, quotes, marks that turn text around, our own places', async () => {
    const { db } = pages.world
    const name = `"><script>alert(1)</script>'\u202e\u2066{{who}} $t(card.lot) & Cốm`
    const site = await anEstablishment(db, { name: `<img src=x onerror=alert(2)>`, class: 'farm' })
    const product = await aProduct(db, { establishmentId: site.id, name, brand: '</title><b>' })
    const code = randomCode()
    await aLot(db, { establishmentId: site.id, productId: product.id, code, origin: '<iframe>', createdAt: NOW })
    const { text: page } = await pages.page(`/c/${code}`).expect(200)
    expect(page).not.toMatch(/<script|<img|<iframe|<b>|[\u202a-\u202e\u2066-\u2069]/)
    expect(wordsOf(page)).toContain(`"><script>alert(1)</script>'{{who}} $t(card.lot) & Cốm`)
    expect(page).toContain('&lt;img src=x onerror=alert(2)&gt;')
    expect(metaOf(page, 'og:title')).toContain(`"><script>alert(1)</script>'{{who}}`)
  })

  test('the longest chain with the longest names stays small', async () => {
    const { db } = pages.world
    const name = 'Ổ'.repeat(100)
    let from: { id: number; establishmentId: number }[] = []
    let code = ''
    for (let step = 0; step < 7; step++) {
      const made: typeof from = []
      for (let branch = 0; branch < (step === 0 ? 20 : 1); branch++) {
        const site = await anEstablishment(db, { name, class: 'farm', namedInChain: true })
        const product = await aProduct(db, { establishmentId: site.id, name: `${name}${step}${branch}` })
        code = randomCode()
        made.push(await aLot(db, { establishmentId: site.id, productId: product.id, code, from }))
      }
      from = made
    }
    const { text: page } = await pages.page(`/c/${code}`)
    expect(Buffer.byteLength(page)).toBeLessThan(PAGE_MOST)
    expect(page).toMatch(/class="left-out/)
  })

  test('the code of one unit shows its lot, and says so', async () => {
    const { db } = pages.world
    const lot = (await found(codes.cake)) as LotProvenance
    const serial = randomCode()
    await db.prisma.code.create({ data: { code: serial, kind: 'serial', lotId: lot.lotId, issuedAt: NOW } })
    const words = wordsOf((await pages.page(`/c/${serial}`).expect(200)).text).join('\n')
    expect(words).toContain(showCode(codes.cake))
    expect(words).toContain(`Mã ${showCode(serial)} là của riêng một món trong lô này.`)
  })

  test('ways into a talk: the chat always, the others where they lead somewhere', async () => {
    const { text: alone } = await pages.page(`/c/${codes.valid}`)
    expect(alone).toContain(`href="/chat?start=${codes.valid}"`)
    expect(alone).not.toMatch(/t\.me|zalo\.me/)
    const doors = () => ({ telegramBot: 'RoNguonBot', zaloOaId: '4318657068771012646' })
    const { text: all } = await pages.page(`/c/${codes.valid}?lang=en`, { doors })
    expect(all).toContain(`href="https://t.me/RoNguonBot?start=${codes.valid}"`)
    expect(all).toContain('href="https://zalo.me/4318657068771012646"')
    expect(all).toContain(`href="/chat?start=${codes.valid}&amp;lang=en"`)
  })

  test('prints its own symbol, which reads back', async () => {
    const { text: page } = await pages.page(`/c/${codes.valid}`)
    expect(await readBack(/<svg\s+class="qr".*?<\/svg>/s.exec(page)![0])).toEqual([`${ROOT}/c/${codes.valid}`])
  })

  test('its picture: small, kept for a day, the bytes of the product', async () => {
    const { body, headers } = await pages.site().get(`/c/${codes.valid}/picture`).expect(200).buffer(true)
    expect(headers['content-type']).toBe('image/jpeg')
    expect(headers['cache-control']).toBe('public, max-age=86400')
    const { width, height, format } = await sharp(body as Buffer).metadata()
    expect([width, height, format]).toEqual([480, 480, 'jpeg'])
    await pages.site().get(`/c/${codes.valid}/picture`).set('If-None-Match', headers.etag!).expect(304)
    const { text: page } = await pages.page(`/c/${codes.valid}`)
    expect(page).toContain(`src="/c/${codes.valid}/picture"`)
    expect(metaOf(page, 'og:image')).toBe(`${ROOT}/c/${codes.valid}/picture`)
    await pages.site().get(`/c/${codes.badge}/picture`).expect(404)
    await pages.site().get('/c/nonsense/picture').expect(404)
  })
})

describe('a badge’s and an establishment’s page', () => {
  test('its state, its place, what was checked', async () => {
    const words = wordsOf((await pages.page(`/c/${codes.badgeSuspended}`)).text).join('\n')
    for (const said of ['Bị tạm đình chỉ', 'Quả Ngọt Bờ Hồ Nhỏ', 'BD-0003', 'Số 8 phố Đội Cấn', 'Phường Ngọc Hà'])
      expect(words).toContain(said)
  })

  test('an establishment’s own code does not answer for a badge that has ended', async () => {
    for (const key of ['fruit-5', 'cakes-1']) {
      const [first] = wordsOf((await pages.page(`/c/${codeOfSite(key)}`)).text)
      expect(first).toMatch(/là cơ sở đã đăng ký\.$/)
    }
    const [first] = wordsOf((await pages.page(`/c/${codeOfBadge('fruit-5')}`)).text)
    expect(first).toMatch(/đã hết hạn\.$/)
  })
})

describe('to programs', () => {
  test.each([
    ['who ask for plain text', 'text/plain'],
    ['who take anything', '*/*'],
    ['who prefer it', 'text/plain, text/html'],
    ['who ask for something else', 'application/json'],
  ])('%s: the card in plain words, as ever', async (_, accept) => {
    for (const code of [...Object.values(codes), randomCode()]) {
      const card = cardOf(await found(code))
      const answer = `${card.text.map((line) => say('vi', line)).join('\n')}\n`
      const { text, headers, status } = await pages.site().get(`/c/${code}`).set('Accept', accept)
      expect([status, text]).toEqual([text.includes('không do hệ thống này cấp') ? 404 : 200, answer])
      expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    }
  })

  test('that draw link previews: the page, though they take anything', async () => {
    for (const agent of ['facebookexternalhit/1.1', 'TelegramBot (like TwitterBot)', 'WhatsApp/2.23.20']) {
      const { text: page } = await pages.site().get(`/c/${codes.held}`).set({ Accept: '*/*', 'User-Agent': agent })
      expect(metaOf(page, 'og:description')).toMatch(/^Lô này đang bị TẠM GIỮ/)
    }
  })
})

describe('looks that are written down', () => {
  test('a page and a plain answer are one each', async () => {
    const before = await pages.scans()
    await pages.page(`/c/${codes.expired}`)
    await pages.site().get(`/c/${codes.expired}`)
    expect(await pages.scans()).toBe(before + 2)
    const row = await pages.world.db.prisma.scan.findFirstOrThrow({ orderBy: { id: 'desc' } })
    expect(row).toMatchObject({ code: codes.expired, channel: 'web', means: 'page', verdict: 'expired', scanner: null })
  })

  test('probes, guesses ahead, previews, pictures and what is no code are none', async () => {
    const before = await pages.scans()
    const { text } = await pages.site().head(`/c/${codes.valid}`).set('Accept', BROWSER).expect(200)
    expect(text).toBeFalsy()
    for (const [name, value] of [
      ['Sec-Purpose', 'prefetch;prerender'],
      ['Purpose', 'prefetch'],
      ['X-Moz', 'prefetch'],
      ['User-Agent', 'facebookexternalhit/1.1'],
    ] as const)
      await pages.page(`/c/${codes.valid}`).set(name, value).expect(200)
    await pages.site().get(`/c/${codes.valid}/picture`)
    await pages.page('/c/hello')
    expect(await pages.scans()).toBe(before)
  })

  test.each([
    'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36 Zalo android/240401',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [FBAN/FBIOS;FBAV/440.0]',
    'Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 50) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36',
  ])('a browser within another app is somebody: %s', async (agent) => {
    const before = await pages.scans()
    await pages.page(`/c/${codes.valid}`).set('User-Agent', agent)
    expect(await pages.scans()).toBe(before + 1)
  })
})

describe('what is no lot', () => {
  test('a code that was never issued: 404, not to be trusted, and a place to type it again', async () => {
    const code = randomCode()
    const { text: page } = await pages.page(`/c/${code}`).expect(404)
    expect(wordsOf(page)[0]).toBe(`Mã ${showCode(code)} không do hệ thống này cấp.`)
    expect(page).toContain('đừng vội tin')
    expect(page).toContain(`value="${code}"`)
  })

  test('a slip: the codes that may have been meant, as links', async () => {
    const typed = codes.valid.slice(0, -1) + (codes.valid.endsWith('7') ? '8' : '7')
    const { text: page } = await pages.page(`/c/${typed}?lang=en`).expect(404)
    expect(wordsOf(page)[0]).toContain(typed)
    expect(page).toContain(`href="/c/${codes.valid}?lang=en"`)
  })

  test.each(['hello', '%3Cscript%3E', '%00', 'a'.repeat(3000), '%E0%A4', '..%2F..%2Fetc'])(
    'no code (%#): 404 that helps',
    async (said) => {
      const { text, status } = await pages.page(`/c/${said}`)
      expect([400, 404]).toContain(status)
      expect(text).not.toContain('<script')
      expect(Buffer.byteLength(text)).toBeLessThan(PAGE_MOST)
      if (status === 404) expect(text).toContain('name="code"')
    },
  )

  test.each([
    ['NUL', '%00'],
    ['half a surrogate pair, as bytes', '%ED%A0%80'],
    ['right-to-left and a line end', '%E2%80%AE%0Aabc'],
    ['SQL', "'%20or%201=1--"],
    ['very much', 'A'.repeat(5000)],
    ['markup', '%3Cscript%3Ealert(1)%3C/script%3E'],
  ])('no code, to a program: %s is not found, and little of it comes back', async (_, path) => {
    const { status, headers, text } = await pages.site().get(`/c/${path}`)
    expect([400, 404]).toContain(status)
    expect(headers['content-type']).toMatch(/^text\/plain/)
    expect(text).not.toMatch(/[\u0000-\u0009\u202E]/)
    expect(text.length).toBeLessThan(1000)
  })

  test('a code typed into the form leads to its page', async () => {
    const typed = async (code: string) =>
      (await pages.page(`/c?code=${encodeURIComponent(code)}`).expect(303)).headers.location
    expect(await typed(showCode(codes.valid).toLowerCase())).toBe(`/c/${codes.valid}`)
    expect(await typed('quả cam?')).toBe(`/c/${encodeURIComponent('quả cam?')}`)
    expect(await typed('  ')).toBe('/')
    const { headers } = await pages.page(`/c?code=${codes.valid}&lang=en`)
    expect(headers.location).toBe(`/c/${codes.valid}?lang=en`)
  })

  test('a Digital Link of ours leads on; one without a lot, or damaged, helps', async () => {
    const gtin = '08935001234564'
    const { text: page } = await pages.page(`/01/${checked(gtin)}`).expect(404)
    expect(wordsOf(page)[0]).toBe(`Mã sản phẩm ${checked(gtin)} chưa có lô nào trong hệ thống này.`)
    await pages
      .page(`/01/${checked(gtin)}/10/${codes.valid}?k=1&s=2`)
      .expect(307)
      .expect('location', `/c/${codes.valid}?k=1&s=2`)
    await pages.page(`/01/${checked(gtin)}/10/LOT1`).expect(404, /Mã sản phẩm/)
    await pages.page('/01/123').expect(404, /không đúng/)
    await pages
      .site()
      .get(`/01/${checked(gtin)}`)
      .expect(404)
      .expect('content-type', /^text\/plain/)
  })

  test('an invitation leads into the web chat with its code', async () => {
    await pages.page('/start/0123456789ABCDEF').expect(200, /href="\/chat\?start=0123456789ABCDEF(&amp;[^"]*)?"/)
    await pages.page('/start/o123-4567-89ab-cdef').expect(200, /href="\/chat\?start=0123456789ABCDEF(&amp;[^"]*)?"/)
  })

  test('what is no invitation, and an address that leads nowhere', async () => {
    await pages.page('/start/nonsense').expect(302).expect('location', '/')
    await pages.page('/nowhere').expect(404, /Không có trang này/)
  })
})

const styleBytes = async (page: string): Promise<number> =>
  Buffer.byteLength((await pages.site().get(/href="([^"]*\.css)"/.exec(page)![1]!)).text)

/** With the check digit that GS1 asks for. */
const checked = (gtin: string): string => gtin.slice(0, -1) + gs1CheckDigit(gtin.slice(0, -1))

async function readBack(svg: string): Promise<string[]> {
  const reader = makeReader({ threads: 1 })
  try {
    const drawn = svg.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"')
    const picture = await sharp(Buffer.from(drawn)).flatten({ background: '#ffffff' }).png().toBuffer()
    const outcome = await reader.read(picture)
    return outcome.kind === 'read' ? outcome.codes.map(({ text }) => text) : []
  } finally {
    await reader.close()
  }
}
