/** The chat page in a real browser, as a person on a phone and one at a desk meet it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import QRCode from 'qrcode'
import { DEMO_CODES } from '../../prisma/seed/demo.js'
import { until } from '../fakes/chats.js'
import { houseOf, type TestHouse } from '../fakes/house.js'
import { demoWorld } from '../demo-world.js'
import type { World } from '../world.js'
import { DESKTOP, hasBrowser, openBrowser, openWindow, PHONE, picture, type CameraBrowser } from './browser.js'

/** So that a card is seen whole, with its buttons. */
const LONG_PHONE = { ...PHONE, height: 2060 }
const inBrowser = hasBrowser ? describe : describe.skip

inBrowser('the chat page', () => {
  let world: World
  let house: TestHouse
  let plain: CameraBrowser
  let camera: CameraBrowser | undefined
  beforeAll(async () => {
    world = await demoWorld()
    house = await houseOf(world)
    plain = await openBrowser()
  })
  afterAll(async () => {
    await camera?.close()
    await plain?.close()
    await house?.stop()
    await world?.close()
  })

  const chat = async (page: Page, query = '') => {
    await page.goto(`${house.url}/chat${query}`)
    await page.locator('.message').first().waitFor()
  }
  const say = async (page: Page, text: string) => {
    await page.getByRole('textbox').fill(text)
    await page.getByRole('button', { name: /^(Gửi|Send)$/ }).click()
  }
  const bot = (page: Page) => page.locator('.message:not(.own)')
  const sideways = (page: Page) =>
    page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')

  test('on a phone: welcome, a code, buttons, history after a reload', async () => {
    const { page, errors } = await openWindow(plain.browser)
    await chat(page)
    await bot(page).first().waitFor()
    await page.waitForTimeout(800)
    await picture(page, 'chat-phone-welcome')
    await say(page, DEMO_CODES.valid)
    await bot(page).nth(1).waitFor()
    expect(await bot(page).nth(1).innerText()).toContain('✅')
    await page.setViewportSize(LONG_PHONE)
    await page.waitForTimeout(400)
    await picture(page, 'chat-phone-card')
    await page.setViewportSize(PHONE)
    expect(await page.getByRole('textbox').inputValue()).toBe('')
    const before = await page.locator('#log').innerText()
    await page.reload()
    await bot(page).nth(1).waitFor()
    expect(await page.locator('#log').innerText()).toBe(before)
    expect(await sideways(page)).toBe(0)
    expect(errors).toEqual([])
  })

  test('a shop registers a lot on a phone and sees its label', async () => {
    const { page, errors } = await openWindow(plain.browser)
    await chat(page, '?persona=owner-fruit')
    await page.locator('.demo').getByText('Bác đang là').waitFor()
    await page.getByRole('button', { name: 'Đăng ký lô' }).click()
    const asked = (question: string) => page.locator(`[data-question="register-lot.${question}"]`).last()
    const press = (question: string, value?: string) =>
      asked(question)
        .locator(value ? `button[data-value="${value}"]` : 'button:enabled')
        .first()
        .click()
    await asked('product').waitFor()
    await press('product')
    await asked('quantity').waitFor()
    await page.waitForTimeout(800)
    await picture(page, 'chat-phone-register')
    await say(page, '120 kg')
    await asked('source').waitFor()
    await say(page, 'Sơn La')
    await asked('dates').waitFor()
    await press('dates', 'skip')
    await asked('papers').waitFor()
    await press('papers', 'skip')
    await asked('review').waitFor()
    await press('review')
    const label = page.locator('.message:not(.own) img').first()
    await label.waitFor()
    await until(() => page.evaluate<boolean>("document.querySelector('.message:not(.own) img').naturalWidth > 100"))
    await page.waitForTimeout(500)
    await picture(page, 'chat-phone-label')
    expect(errors).toEqual([])
  })

  test('an answered question’s buttons are closed, here and in the other window of the session', async () => {
    const { page } = await openWindow(plain.browser)
    await chat(page)
    const second = await page.context().newPage()
    await chat(second)
    await page.getByRole('button', { name: 'Trợ giúp' }).click()
    for (const one of [page, second]) {
      await bot(one).nth(1).waitFor()
      expect(await one.locator('.message').nth(0).locator('button:enabled').count()).toBe(0)
      expect(await one.locator('.chosen').innerText()).toBe('Trợ giúp')
    }
    expect(await second.locator('#log').innerText()).toBe(await page.locator('#log').innerText())
  })

  test('a photo is uploaded, shown and answered', async () => {
    const { page, errors } = await openWindow(plain.browser)
    await chat(page)
    const photo = await QRCode.toBuffer(DEMO_CODES.expired, { width: 600 })
    await page.locator('#photo').setInputFiles({ name: 'tem.png', mimeType: 'image/png', buffer: photo })
    await page.locator('.own img').waitFor()
    await bot(page).nth(1).waitFor()
    expect(await bot(page).nth(1).innerText()).toMatch(/quá hạn|hết hạn/i)
    expect(errors).toEqual([])
  })

  test('the place is sent, or the person is told what to do instead', async () => {
    const { page } = await openWindow(plain.browser, {
      permissions: ['geolocation'],
      geolocation: { latitude: 21.03, longitude: 105.81 },
    })
    await chat(page)
    await page.getByRole('button', { name: 'Vị trí' }).click()
    await page.locator('.own').getByText('Vị trí của tôi').waitFor()
    await bot(page).nth(1).waitFor()
    const refused = await openWindow(plain.browser, { permissions: [] })
    await chat(refused.page)
    await refused.page.getByRole('button', { name: 'Vị trí' }).click()
    await refused.page.getByText('gõ địa chỉ').waitFor()
  })

  test('a lost connection is said, mended, and nothing is missed', async () => {
    const { page } = await openWindow(plain.browser)
    await chat(page)
    await bot(page).first().waitFor()
    await page.context().setOffline(true)
    await page.getByText('Đang nối lại').waitFor()
    await picture(page, 'chat-phone-lost')
    const session = (await page.context().cookies())[0]!.value
    const posted = await fetch(`${house.url}/chat/api/messages`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${session}` },
      body: JSON.stringify({ text: DEMO_CODES.valid }),
    })
    expect(posted.status).toBe(202)
    await page.context().setOffline(false)
    await bot(page).nth(1).waitFor()
    expect(await bot(page).nth(1).innerText()).toContain('✅')
    await page.getByText('Đang nối lại').waitFor({ state: 'hidden' })
  })

  test('by keyboard alone: skip link, write, choose, and on to the answer', async () => {
    const { page } = await openWindow(plain.browser)
    await chat(page)
    await bot(page).locator('button').first().waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.className')).toBe('skip')
    await page.keyboard.press('Enter')
    await page.keyboard.type(DEMO_CODES.valid)
    await page.keyboard.press('Enter')
    await bot(page).nth(1).waitFor()
    expect(await page.evaluate('document.activeElement.id')).toBe('words')
    // Back to the menu's last button, which the card did not close.
    const help = page.getByRole('button', { name: 'Trợ giúp' })
    await help.focus()
    await page.keyboard.press('Enter')
    await bot(page).nth(2).waitFor()
    await until(() => page.evaluate<boolean>("document.activeElement.classList.contains('message')"))
  })

  test('for a screen reader: a log that is polite, names for everything', async () => {
    const { page } = await openWindow(plain.browser)
    await chat(page)
    const log = page.getByRole('log', { name: 'Tin nhắn' })
    expect(await log.getAttribute('aria-live')).toBe('polite')
    expect(await page.getByRole('textbox', { name: 'Gõ mã hoặc câu hỏi' }).count()).toBe(1)
    const nameless = await page.evaluate(`
      [...document.querySelectorAll('button, a, input:not([hidden]), textarea, img')]
        .filter((one) => !(one.textContent || one.getAttribute('aria-label') || one.alt || one.labels?.length))
        .map((one) => one.outerHTML)`)
    expect(nameless).toEqual([])
    expect(await page.locator('html').getAttribute('lang')).toBe('vi')
    expect(await page.locator('h1').count()).toBe(1)
  })

  test.each([
    ['320 pixels', { width: 320, height: 640 }],
    ['a phone at 200 %', { width: 180, height: 370 }],
    ['a desk at 200 %', { width: 640, height: 400 }],
    ['a desk at 400 %', { width: 320, height: 200 }],
  ])('%s wide: nothing scrolls sideways, everything is 48 pixels or more', async (name, viewport) => {
    const { page } = await openWindow(plain.browser, { viewport })
    await chat(page)
    await say(page, DEMO_CODES.valid)
    await bot(page).nth(1).waitFor()
    expect(await sideways(page)).toBe(0)
    const small = await page.evaluate(`
      [...document.querySelectorAll('button, .button, textarea, summary')]
        .map((one) => ({ text: one.textContent, box: one.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && (box.height < 48 || box.width < 48))
        .map(({ text, box }) => text + ' ' + box.width + 'x' + box.height)`)
    expect(small).toEqual([])
    await picture(page, `narrow-${name.replace(/\W+/g, '-')}`)
  })

  test('at a desk, in English', async () => {
    const { page, errors } = await openWindow(plain.browser, { viewport: DESKTOP, locale: 'en-GB' })
    await chat(page)
    await say(page, DEMO_CODES.recalled)
    await bot(page).nth(1).waitFor()
    await page.waitForTimeout(400)
    await picture(page, 'chat-desktop')
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    expect(await sideways(page)).toBe(0)
    await page.getByRole('link', { name: 'Tiếng Việt' }).click()
    await page.getByRole('button', { name: 'Quét mã' }).waitFor()
    expect(errors).toEqual([])
  })

  test('a deep link says its payload once', async () => {
    const { page } = await openWindow(plain.browser)
    await chat(page, `?start=${DEMO_CODES.valid}`)
    await bot(page).first().waitFor()
    expect(await bot(page).first().innerText()).toContain('✅')
    await page.reload()
    await bot(page).first().waitFor()
    await page.waitForTimeout(500)
    expect(await bot(page).count()).toBe(1)
  })

  test('without a camera the phone’s own photo app is asked for', async () => {
    const { page } = await openWindow(plain.browser)
    await chat(page)
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Quét mã' }).click()
    expect(await (await chooser).element().getAttribute('capture')).toBe('environment')
    await page.getByText('Không mở được máy ảnh').waitFor()
  })

  test('the viewfinder reads a code and says it', async () => {
    camera = await openBrowser(`http://localhost:3000/c/${DEMO_CODES.valid}`)
    const { page, errors } = await openWindow(camera.browser, { permissions: ['camera'] })
    await chat(page)
    await page.getByRole('button', { name: 'Quét mã' }).click()
    await page.locator('#finder').waitFor()
    await picture(page, 'chat-phone-camera')
    await page.locator('.own').getByText(DEMO_CODES.valid).waitFor()
    await bot(page).nth(1).waitFor()
    expect(await bot(page).nth(1).innerText()).toContain('✅')
    expect(await page.locator('dialog[open]').count()).toBe(0)
    expect(errors).toEqual([])
  })
})
