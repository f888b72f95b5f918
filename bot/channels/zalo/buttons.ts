/** Buttons in the shape that is set, and the bodies of messages around them. Pure. */
import type { Part } from '../channel.js'
import { shorten } from '../split.js'
import { BUTTONS_MAX, BUTTON_LABEL_MAX, LIST_SUBTITLE_MAX, LIST_TITLE_MAX, type ButtonShape } from './limits.js'
import { payloadOf } from './payloads.js'

type Button = NonNullable<Part['buttons']>[number][number]

/** Zalo's `message`. */
export type Message = Record<string, unknown>

/** tel:+84 90 123 45 67 -> 84901234567 */
const PHONE = /^tel:\+?([\d\s().-]+)$/

function zaloButton({ label, data, url }: Button): Message[] {
  const title = shorten(label, BUTTON_LABEL_MAX)
  const phone = PHONE.exec(url ?? '')?.[1]
  if (phone !== undefined) return [{ title, type: 'oa.open.phone', payload: { phone_code: phone.replace(/\D/g, '') } }]
  if (url !== undefined) return [{ title, type: 'oa.open.url', payload: { url } }]
  // Hidden: shown as the person's own words a payload would mean nothing to them.
  return data === undefined ? [] : [{ title, type: 'oa.query.hide', payload: payloadOf(data) }]
}

/** A text, with the buttons where there are any and the shape can hold the text. The text says all that the buttons do. */
export function textMessage(text: string, buttons: Part['buttons'], shape: ButtonShape): Message {
  const shown = (buttons ?? []).flat().flatMap(zaloButton).slice(0, BUTTONS_MAX)
  if (shown.length === 0) return { text }
  const template = (payload: Message): Message => ({ attachment: { type: 'template', payload } })
  switch (shape) {
    case 'text_buttons':
      return { text, ...template({ buttons: shown }) }
    case 'button':
      return template({ template_type: 'button', text, buttons: shown })
    case 'list': {
      const [title = '', ...rest] = text.split('\n')
      const subtitle = rest.join('\n').trim()
      if (title.length > LIST_TITLE_MAX || subtitle.length > LIST_SUBTITLE_MAX) return { text }
      const element = { title, ...(subtitle !== '' && { subtitle }) }
      return template({ template_type: 'list', elements: [element], buttons: shown })
    }
    case 'none':
      return { text }
  }
}

/** A picture that was uploaded, with words under it. */
export const pictureMessage = (attachmentId: string, caption: string): Message => ({
  ...(caption !== '' && { text: caption }),
  attachment: {
    type: 'template',
    payload: { template_type: 'media', elements: [{ media_type: 'image', attachment_id: attachmentId }] },
  },
})

export const documentMessage = (token: string): Message => ({ attachment: { type: 'file', payload: { token } } })
