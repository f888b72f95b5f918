/** A laid out label as SVG, PNG and PDF: three drawings of the same elements. */
import sharp from 'sharp'
import type { Element, Label } from './label.js'
import { DOTS_PER_MM } from './label-sizes.js'
import { modulesPath } from './symbol.js'
import { type Weight, fontBytes, outlines } from './typeset.js'

const MM_PER_INCH = 25.4
const POINTS_PER_MM = 72 / MM_PER_INCH
/** For a chat: large enough to be read on a phone, and to be read back by a camera from its screen. */
export const CHAT_SCALE = 3

/** mm and grey of the lines that scissors follow: seen, and no part of a symbol. */
const CUT = { width: 0.15, grey: '#999999' }

function svgElement(element: Element): string {
  switch (element.kind) {
    case 'symbol':
      return `<path shape-rendering="crispEdges" d="${modulesPath(element.dark, element)}"/>`
    case 'cut':
      return `<path stroke="${CUT.grey}" stroke-width="${CUT.width}" d="M${element.x} ${element.y}L${element.toX} ${element.toY}"/>`
    case 'text':
      return `<path d="${outlines(element.text, element.weight, element.size, element.x, element.y)}"/>`
  }
}

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
  const [width, height] = [label.width, label.height].map((mm) => String(Math.round(mm * DOTS_PER_MM * scale)))
  return sharp(Buffer.from(svg(label, width!, height!)))
    .flatten({ background: '#ffffff' })
    .toColourspace('b-w')
    .withMetadata({ density: DOTS_PER_MM * scale * MM_PER_INCH })
    .png({ compressionLevel: 9 })
    .toBuffer()
}

/** Pages of the labels' own size, their text as text in an embedded font. At least one label. */
export async function labelPdf(...pages: Label[]): Promise<Buffer> {
  // Not before somebody prints: it takes half a second of a process's start.
  const { default: PDFDocument } = await import('pdfkit')
  const pdf = new PDFDocument({ autoFirstPage: false, margin: 0, info: { Title: pages[0]!.name } })
  const chunks: Buffer[] = []
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk))
  const finished = new Promise<Buffer>((resolve, reject) => {
    pdf.on('end', () => resolve(Buffer.concat(chunks)))
    pdf.on('error', reject)
  })
  for (const weight of ['regular', 'bold'] satisfies Weight[]) pdf.registerFont(weight, fontBytes(weight))
  for (const { width, height, elements } of pages) {
    pdf.addPage({ size: [width * POINTS_PER_MM, height * POINTS_PER_MM], margin: 0 })
    for (const element of elements) pdfElement(pdf, element)
  }
  pdf.end()
  return finished
}

function pdfElement(pdf: PDFKit.PDFDocument, element: Element): void {
  switch (element.kind) {
    case 'symbol':
      pdf.save().scale(POINTS_PER_MM).path(modulesPath(element.dark, element)).fill('#000000').restore()
      break
    case 'cut': {
      const { x, y, toX, toY } = element
      pdf.save().scale(POINTS_PER_MM).moveTo(x, y).lineTo(toX, toY).lineWidth(CUT.width).stroke(CUT.grey).restore()
      break
    }
    case 'text':
      pdf
        .font(element.weight, element.size * POINTS_PER_MM)
        .text(element.text, element.x * POINTS_PER_MM, element.y * POINTS_PER_MM, {
          lineBreak: false,
          baseline: 'alphabetic',
        })
  }
}
