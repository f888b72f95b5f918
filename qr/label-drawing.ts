/** A laid out label as SVG, PNG and PDF: three drawings of the same elements. */
import PDFDocument from 'pdfkit'
import sharp from 'sharp'
import type { Element, Label } from './label.js'
import { DOTS_PER_MM } from './label-sizes.js'
import { modulesPath } from './symbol.js'
import { type Weight, fontBytes, outlines } from './typeset.js'

const MM_PER_INCH = 25.4
const POINTS_PER_MM = 72 / MM_PER_INCH
/** For a chat: large enough to be read on a phone, and to be read back by a camera from its screen. */
export const CHAT_SCALE = 3

const svgElement = (element: Element): string =>
  element.kind === 'symbol'
    ? `<path shape-rendering="crispEdges" d="${modulesPath(element.dark, element)}"/>`
    : `<path d="${outlines(element.text, element.weight, element.size, element.x, element.y)}"/>`

/** Text is drawn as outlines, so no font is needed to show it. `width` and `height` are what the picture is to measure, with unit. */
function svg(label: Label, width: string, height: string): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${label.width} ${label.height}">` +
    `<title>${label.name.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`)}</title>` +
    `<rect width="${label.width}" height="${label.height}" fill="#fff"/>${label.elements.map(svgElement).join('')}</svg>`
  )
}

export const labelSvg = (label: Label): string => svg(label, `${label.width}mm`, `${label.height}mm`)

/** A grey PNG of one pixel a printer dot, or `scale` pixels. */
export function labelPng(label: Label, { scale = 1 }: { scale?: number } = {}): Promise<Buffer> {
  const [width, height] = [label.width, label.height].map((mm) => String(mm * DOTS_PER_MM * scale))
  return sharp(Buffer.from(svg(label, width!, height!)))
    .flatten({ background: '#ffffff' })
    .toColourspace('b-w')
    .withMetadata({ density: DOTS_PER_MM * scale * MM_PER_INCH })
    .png({ compressionLevel: 9 })
    .toBuffer()
}

/** One page of the label's size, its text as text in an embedded font. */
export function labelPdf(label: Label): Promise<Buffer> {
  const page = new PDFDocument({
    size: [label.width * POINTS_PER_MM, label.height * POINTS_PER_MM],
    margin: 0,
    info: { Title: label.name },
  })
  const chunks: Buffer[] = []
  page.on('data', (chunk: Buffer) => chunks.push(chunk))
  const finished = new Promise<Buffer>((resolve, reject) => {
    page.on('end', () => resolve(Buffer.concat(chunks)))
    page.on('error', reject)
  })
  for (const weight of ['regular', 'bold'] satisfies Weight[]) page.registerFont(weight, fontBytes(weight))
  for (const element of label.elements) {
    if (element.kind === 'symbol')
      page.save().scale(POINTS_PER_MM).path(modulesPath(element.dark, element)).fill('#000000').restore()
    else
      page
        .font(element.weight, element.size * POINTS_PER_MM)
        .text(element.text, element.x * POINTS_PER_MM, element.y * POINTS_PER_MM, {
          lineBreak: false,
          baseline: 'alphabetic',
        })
  }
  page.end()
  return finished
}
