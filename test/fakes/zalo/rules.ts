/** What Zalo allows of a message, from the platform's reference, section 5; and the message as people see it. */
import type { Button } from './chats.js'

const TEXT_MAX = 2_000
const BUTTONS_MAX = 5
const TITLE_MAX = 100
const PAYLOAD_MAX = 1_000

export interface Asset {
  kind: 'picture' | 'file'
  name: string
  bytes: Buffer
  until: number
}

export type Read =
  { text: string; buttons: Button[]; picture?: Buffer; document?: { name: string; bytes: Buffer } } | { code: number }

interface ZaloMessage {
  text?: unknown
  attachment?: { type?: unknown; payload?: Payload }
}
interface Payload {
  template_type?: string
  text?: unknown
  token?: string
  buttons?: { title?: unknown; type?: unknown; payload?: unknown }[]
  elements?: { media_type?: unknown; attachment_id?: string; title?: unknown; subtitle?: unknown }[]
}

const wrong = { code: -201 }

export function readMessage(message: unknown, assets: ReadonlyMap<string, Asset>, shapes: ReadonlySet<string>): Read {
  const { text, attachment } = (message ?? {}) as ZaloMessage
  if (text !== undefined && (typeof text !== 'string' || text === '')) return wrong
  if (typeof text === 'string' && text.length > TEXT_MAX) return { code: -210 }
  const said = text ?? ''
  if (!attachment) return said === '' ? wrong : { text: said, buttons: [] }
  const payload = attachment.payload ?? {}
  if (attachment.type === 'file') {
    const file = assetOf(assets, payload.token, 'file')
    return file ? { text: said, buttons: [], document: { name: file.name, bytes: file.bytes } } : { code: -100 }
  }
  if (attachment.type !== 'template') return { code: -233 }
  if (payload.template_type === 'media') {
    const [element, ...more] = payload.elements ?? []
    if (!element || more.length > 0 || element.media_type !== 'image') return wrong
    const picture = assetOf(assets, element.attachment_id, 'picture')
    return picture ? { text: said, buttons: [], picture: picture.bytes } : { code: -100 }
  }
  return withButtons(said, payload, shapes)
}

function withButtons(said: string, payload: Payload, shapes: ReadonlySet<string>): Read {
  const shape = payload.template_type ?? 'text_buttons'
  if (!shapes.has(shape)) return { code: -233 }
  const buttons = (payload.buttons ?? []).map(readButton)
  if (buttons.length < 1 || buttons.length > BUTTONS_MAX || buttons.includes(undefined)) return wrong
  const shown = buttons as Button[]
  if (shape === 'button') return typeof payload.text === 'string' ? { text: payload.text, buttons: shown } : wrong
  if (shape === 'text_buttons') return said === '' ? wrong : { text: said, buttons: shown }
  const [element] = payload.elements ?? []
  if (typeof element?.title !== 'string' || element.title.length > TITLE_MAX) return wrong
  const subtitle = typeof element.subtitle === 'string' ? `\n${element.subtitle}` : ''
  return { text: element.title + subtitle, buttons: shown }
}

function readButton({ title, type, payload }: NonNullable<Payload['buttons']>[number]): Button | undefined {
  if (typeof title !== 'string' || title === '' || title.length > TITLE_MAX) return undefined
  if (type === 'oa.query.hide' || type === 'oa.query.show')
    return typeof payload === 'string' && payload.length <= PAYLOAD_MAX ? { label: title, data: payload } : undefined
  const { url, phone_code: phone } = (payload ?? {}) as { url?: unknown; phone_code?: unknown }
  if (type === 'oa.open.url') return typeof url === 'string' && URL.canParse(url) ? { label: title, url } : undefined
  if (type === 'oa.open.phone')
    return typeof phone === 'string' && /^84\d{9,10}$/.test(phone) ? { label: title, phone } : undefined
  return undefined
}

function assetOf(assets: ReadonlyMap<string, Asset>, id: string | undefined, kind: Asset['kind']): Asset | undefined {
  const asset = id === undefined ? undefined : assets.get(id)
  return asset && asset.kind === kind && asset.until > Date.now() ? asset : undefined
}
