/** Debian's chromium (or any other), spoken to by playwright-core. Where there is none, its tests are skipped and say so. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import QRCode from 'qrcode'
import sharp from 'sharp'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const program = [process.env.CHROMIUM, ...PLACES].find((path) => path && existsSync(path))

/** Where screenshots go; unset: nowhere. */
const PICTURES = process.env.PICTURES

if (!program)
  process.stderr.write(
    'No chromium here (CHROMIUM names another): tests in a browser are skipped. apt-get install chromium\n',
  )

export const hasBrowser = program !== undefined

export const PHONE = { width: 360, height: 740 }
export const DESKTOP = { width: 1280, height: 800 }

export interface CameraBrowser {
  browser: Browser
  close(): Promise<void>
}

/** @param seen what the fake camera looks at; left out: there is no camera */
export async function openBrowser(seen?: string): Promise<CameraBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'rn-browser-'))
  const args = ['--disable-dev-shm-usage']
  if (seen !== undefined) {
    const film = join(folder, 'camera.y4m')
    writeFileSync(film, await filmOf(seen))
    args.push('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream')
    args.push(`--use-file-for-fake-video-capture=${film}`)
  }
  const browser = await chromium.launch({ executablePath: program, args, chromiumSandbox: process.getuid?.() !== 0 })
  return {
    browser,
    async close() {
      await browser.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const FILM = { width: 640, height: 480, frames: 5 }

/** A label before the camera: grey, a little turned, as a film without sound. */
async function filmOf(text: string): Promise<Buffer> {
  const { width, height, frames } = FILM
  const symbol = await QRCode.toBuffer(text, { width: 260, margin: 4 })
  const turned = await sharp(symbol).rotate(7, { background: '#ffffff' }).toBuffer()
  const grey = await sharp({ create: { width, height, channels: 3, background: '#cfcfcf' } })
    .composite([{ input: turned, gravity: 'centre' }])
    .greyscale()
    .raw()
    .toBuffer()
  const luma = grey.length === width * height ? grey : grey.filter((_, i) => i % 3 === 0)
  const colourless = Buffer.alloc((width * height) / 2, 128)
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, colourless])
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`)
  return Buffer.concat([head, ...Array.from({ length: frames }, () => frame)])
}

/** A window of its own, with nothing remembered. Whatever the page logs as an error is kept, its refused policies too. */
export async function openWindow(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport: PHONE, locale: 'vi-VN', ...options })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('console', (line) => line.type() === 'error' && errors.push(line.text()))
  page.on('pageerror', (error) => errors.push(error.message))
  return { page, errors }
}

/** @param clip a part of the window, in CSS pixels */
export async function picture(
  page: Page,
  name: string,
  clip?: { x: number; y: number; width: number; height: number },
): Promise<void> {
  if (!PICTURES) return
  mkdirSync(PICTURES, { recursive: true })
  const bytes = await page.screenshot({ animations: 'disabled', ...(clip && { clip }) })
  // Few colours: a fifth of the bytes.
  writeFileSync(
    join(PICTURES, `${name}.png`),
    await sharp(bytes).png({ palette: true, compressionLevel: 9 }).toBuffer(),
  )
}
