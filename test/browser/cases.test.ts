/** Cases in a real browser, as an official, a shop and a reporter meet them on their phones: from the alert to the evidence. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Locator, Page } from 'playwright-core'
import { productPicture } from '../../qr/picture.js'
import { DEMO_CODES } from '../../prisma/seed/demo.js'
import { reported } from '../domain/case-desk.js'
import { until } from '../fakes/chats.js'
import { houseOf, type TestHouse } from '../fakes/house.js'
import { demoWorld } from '../demo-world.js'
import type { World } from '../world.js'
import { hasBrowser, openBrowser, openWindow, PHONE, picture, type CameraBrowser } from './browser.js'

const inBrowser = hasBrowser ? describe : describe.skip
/** Of a window in which the longest message is seen whole, and beside a message in a picture. CSS pixels */
const LONG = 3600
const GAP = 12
/** Within office hours: at night only what is urgent is told at once. */
const MORNING = new Date('2026-11-25T09:05:00+07:00')

inBrowser('cases on a phone', () => {
  let world: World
  let house: TestHouse
  let browser: CameraBrowser
  beforeAll(async () => {
    world = await demoWorld()
    house = await houseOf(world)
    await house.foundation.clock.set(MORNING)
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await house?.stop()
    await world?.close()
  })

  const open = async (query = ''): Promise<Page> => {
    const { page } = await openWindow(browser.browser)
    await page.goto(`${house.url}/chat${query}`)
    await page.locator('.message:not(.own)').first().waitFor()
    return page
  }
  const say = async (page: Page, text: string) => {
    await page.getByRole('textbox').fill(text)
    await page.getByRole('button', { name: 'Gửi', exact: true }).click()
  }
  const press = (page: Page, value: string) => page.locator(`button[data-value="${value}"]:enabled`).last().click()
  const asked = (page: Page, question: string) => page.locator(`[data-question="${question}"]`).last().waitFor()
  const told = (page: Page, text: string): Locator =>
    page.locator('.message:not(.own)').filter({ hasText: text }).last()
  const sends = async (page: Page, hue: number) => {
    const buffer = await productPicture('Cam Canh', hue)
    await page.locator('#photo').setInputFiles({ name: 'anh.png', mimeType: 'image/png', buffer })
  }
  /** A picture of these messages from the first to the last, however long, once their own pictures are drawn. */
  const keep = async (page: Page, first: Locator, name: string, last = first) => {
    await last.waitFor()
    await until(() =>
      page.evaluate<boolean>('[...document.images].every((one) => one.complete && one.naturalWidth > 0)'),
    )
    await page.setViewportSize({ width: PHONE.width, height: LONG })
    await last.scrollIntoViewIfNeeded()
    await page.waitForTimeout(500)
    const [above, below] = [await first.boundingBox(), await last.boundingBox()]
    const y = above!.y - GAP
    await picture(page, name, { x: 0, y, width: PHONE.width, height: below!.y + below!.height + GAP - y })
    await page.setViewportSize(PHONE)
  }

  test('alert, card, the shop asked and heard, closed with evidence, the list', async () => {
    const officer = await open('?persona=ward-officer')
    const owner = await open('?persona=owner-fruit')
    const reporter = await open()

    await say(reporter, DEMO_CODES.valid)
    await told(reporter, 'Cam Canh').waitFor()
    await press(reporter, 'report')
    await asked(reporter, 'report-violation.kind')
    await press(reporter, 'spoiled')
    await asked(reporter, 'report-violation.place')
    await say(reporter, 'BD-0001')
    await asked(reporter, 'report-violation.what')
    await say(reporter, 'Cam mốc bên trong, mua sáng nay')
    await asked(reporter, 'report-violation.phone')
    await press(reporter, 'skip')
    await asked(reporter, 'report-violation.photos')
    await sends(reporter, 60)
    await asked(reporter, 'report-violation.review')
    await press(reporter, 'send')
    const receipt = told(reporter, 'Đã nhận phản ánh')
    await receipt.waitFor()
    const number = /HN-\d{4}-\d{6}/.exec(await receipt.innerText())![0]

    await keep(officer, told(officer, `Phản ánh mới ${number}`), 'officials-alert')
    await press(officer, 'accept')
    await told(officer, 'đã tiếp nhận').waitFor()
    await press(officer, 'see')
    await keep(officer, told(officer, `📁 Vụ việc ${number}`), 'officials-case')

    await press(officer, 'ask-shop')
    await asked(officer, 'ask-shop.asked')
    await say(officer, 'Lô cam này nhập ngày nào, còn bao nhiêu?')
    await asked(officer, 'ask-shop.review')
    await keep(officer, told(officer, 'Lô cam này nhập ngày nào'), 'officials-ask-shop')
    await press(officer, 'send')

    await told(owner, 'Lô cam này nhập ngày nào').waitFor()
    await press(owner, 'reply')
    await asked(owner, 'reply-to-case.answer')
    await say(owner, 'Nhập hôm qua, còn 12 kg, đã cất riêng')
    await asked(owner, 'reply-to-case.papers')
    await press(owner, 'skip')
    await asked(owner, 'reply-to-case.review')
    await press(owner, 'send')

    await told(officer, 'Đã có trả lời').waitFor()
    await press(officer, 'close')
    await asked(officer, 'close-case.result')
    await say(officer, 'Đã tiêu huỷ 12 kg cam mốc, có biên bản')
    await asked(officer, 'close-case.evidence')
    await sends(officer, 90)
    await asked(officer, 'close-case.review')
    const evidence = officer.locator('.own').filter({ has: officer.locator('img') })
    const review = officer.locator('[data-question="close-case.review"]')
    await keep(officer, evidence.last(), 'officials-close', review.last())
    await press(officer, 'send')
    await told(officer, 'Đã đóng vụ việc').waitFor()
    await told(reporter, 'đã xử lý xong phản ánh').waitFor()

    const { id: establishmentId } = await world.db.prisma.establishment.findUniqueOrThrow({
      where: { code: 'BD-0001' },
      select: { id: true },
    })
    for (const kind of ['poisoning', 'short-weight', 'hygiene'])
      await reported(world.db, { kind, establishmentId }, house.foundation.clock.now())
    await say(officer, '/cases')
    await keep(officer, told(officer, 'Vụ việc đang mở'), 'officials-list')
    expect(await told(officer, 'Vụ việc đang mở').locator('button').count()).toBe(3)
  })
})
