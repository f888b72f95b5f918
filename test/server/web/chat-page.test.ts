/** The chat page as it is handed out: its policy, its weight, its texts, and whether its colours can be read. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { houseOf, type TestHouse } from '../../fakes/house.js'
import { Program } from '../../fakes/web/program.js'
import { demoWorld } from '../../demo-world.js'
import type { World } from '../../world.js'

/** Bytes of page, style and script together, as they stand; packed they are a third. */
const PAGE_MAX_BYTES = 60 * 1024
const CONTRAST_MIN = 7

const css = readFileSync(new URL('../../../server/web/chat/assets/chat.css', import.meta.url), 'utf8')

describe('colours', () => {
  const variables = new Map(
    [...css.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name!, value!]),
  )
  const light = (hex: string): number => {
    const [red, green, blue] = [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
  }
  const contrast = (one: string, other: string): number => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b)
    return (bright! + 0.05) / (dark! + 0.05)
  }

  test.each([
    ['ink', 'paper'],
    ['ink', 'card'],
    ['ink', 'own'],
    ['ink', 'sun'],
    ['quiet', 'paper'],
    ['quiet', 'card'],
    ['leaf-deep', 'paper'],
    ['leaf-deep', 'card'],
    ['leaf-deep', 'own'],
    ['on-leaf', 'leaf'],
    ['on-leaf', 'leaf-deep'],
    ['focus', 'paper'],
  ])('%s on %s: 7:1 or more', (on, under) => {
    expect(contrast(variables.get(on)!, variables.get(under)!)).toBeGreaterThanOrEqual(CONTRAST_MIN)
  })

  test('are all variables, but for the camera’s black and white', () => {
    const rules = css.slice(css.indexOf('}'))
    expect(rules.match(/#[0-9a-f]{3,8}\b|rgb\([^)]*\)/g)).toEqual(['rgb(0 0 0 / 70%)', '#000', '#fff'])
  })
})

describe('the page', () => {
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
  const page = async (path = '/chat', headers: Record<string, string> = {}) => {
    const answer = await fetch(`${house.url}${path}`, { headers })
    return { answer, html: await answer.text() }
  }
  const assets = (html: string): string[] => html.match(/\/chat\/assets\/[0-9a-f]+\/[a-z-]+\.(?:js|css|svg)/g)!

  test('lets nothing in from elsewhere and has nothing inline', async () => {
    const { answer, html } = await page()
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; /)
    expect(answer.headers.get('content-security-policy')).not.toMatch(/unsafe|data:|https?:|\*/)
    expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i)
    expect([...html.matchAll(/<script[^>]*>([^<]*)/g)].map(([, inside]) => inside)).toEqual([''])
  })

  test('weighs under 60 KB, the camera with it', async () => {
    const { html } = await page()
    let bytes = Buffer.byteLength(html)
    for (const path of new Set(assets(html)).values()) {
      if (path.endsWith('jsqr.js')) continue
      const answer = await fetch(`${house.url}${path}`)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('cache-control')).toMatch(/immutable/)
      bytes += (await answer.arrayBuffer()).byteLength
    }
    expect(bytes).toBeLessThan(PAGE_MAX_BYTES)
  })

  test('is Vietnamese, English where it is asked for, and as the talk was chosen', async () => {
    expect((await page()).html).toMatch(/<html lang="vi">/)
    expect((await page('/chat', { 'Accept-Language': 'en-GB' })).html).toMatch(/<html lang="en">/)
    expect((await page('/chat?lang=en')).html).toMatch(/<html lang="en">/)
    expect((await page('/chat?lang=<script>')).html).toMatch(/<html lang="vi">/)
    const me = await Program.open(house.url)
    await me.ask({ text: '/language en' })
    me.close()
    expect((await page('/chat', { Cookie: `ronguon-chat=${me.session}` })).html).toMatch(/<html lang="en">/)
  })

  test('says that it is a demo, and as whom one talks', async () => {
    expect((await page()).html).toMatch(/Bản dùng thử/)
    const me = await Program.open(house.url, { persona: 'owner-fruit' })
    expect((await page('/chat', { Cookie: `ronguon-chat=${me.session}` })).html).toMatch(/Bác đang là/)
  })

  test('has its assets, and nothing else of the machine', async () => {
    const { html } = await page()
    for (const path of assets(html)) expect((await fetch(`${house.url}${path}`)).status).toBe(200)
    for (const path of [
      '/chat/assets/x/page.ts',
      '/chat/assets/x/..%2fpage.ts',
      '/chat/assets/x/constructor',
      '/chat/assets/x/__proto__',
    ])
      expect((await fetch(`${house.url}${path}`)).status).toBe(404)
  })
})
