/** What the fake knows of people's chats: who has blocked the bot, what stands on their screens, which files there are. */

export interface ShownFile {
  kind: 'photo' | 'document'
  name: string
  bytes: Buffer
}

export interface Button {
  label: string
  data?: string
  url?: string
}

/** A message of the bot as the person sees it. */
export interface Shown {
  id: number
  /** Counts the messages of this chat, from 1 */
  nth: number
  /** ms since 1970 */
  at: number
  /** Text, or caption */
  text: string
  files: ShownFile[]
  /** Under the message */
  buttons: Button[][]
  /** Instead of the letters' keyboard */
  keyboard?: { label: string; asks?: 'place' | 'contact' }[][]
  /** It takes an earlier keyboard away */
  removesKeyboard: boolean
  album?: string
}

export interface KeptFile {
  id: string
  uniqueId: string
  path: string
  /** As told by getFile; may be more than `bytes` has */
  size: number
  bytes: Buffer
}

interface Waiter {
  after: number
  wake: () => void
}

export class Chat {
  readonly shown: Shown[] = []
  blocked = false
  /** Nothing may be sent before this, ms since 1970: a 429 said so */
  pausedUntil = 0
  readonly sentAt: number[] = []
  lastMessageId = 0
  #waiters = new Set<Waiter>()

  show(message: Omit<Shown, 'nth' | 'at'>): Shown {
    const shown = { ...message, nth: this.shown.length + 1, at: Date.now() }
    this.shown.push(shown)
    for (const waiter of [...this.#waiters]) waiter.wake()
    return shown
  }

  /** What was shown after the nth message; waits up to `timeoutMs` while there is nothing. */
  async after(nth: number, timeoutMs: number): Promise<Shown[]> {
    if (this.shown.length <= nth && timeoutMs > 0) {
      await new Promise<void>((resolve) => {
        const waiter: Waiter = {
          after: nth,
          wake: () => {
            clearTimeout(timer)
            this.#waiters.delete(waiter)
            resolve()
          },
        }
        const timer = setTimeout(waiter.wake, timeoutMs)
        this.#waiters.add(waiter)
      })
    }
    return this.shown.slice(nth)
  }
}

interface Markup {
  inline_keyboard?: { text: string; callback_data?: string; url?: string }[][]
  keyboard?: ({ text: string; request_location?: boolean; request_contact?: boolean } | string)[][]
  remove_keyboard?: boolean
}

/** A reply_markup as it is seen. */
export function seenKeyboard(markup: unknown): Pick<Shown, 'buttons' | 'keyboard' | 'removesKeyboard'> {
  const { inline_keyboard, keyboard, remove_keyboard } = (markup ?? {}) as Markup
  return {
    buttons: (inline_keyboard ?? []).map((row) =>
      row.map(({ text, callback_data, url }) => ({
        label: text,
        ...(callback_data && { data: callback_data }),
        ...(url && { url }),
      })),
    ),
    ...(keyboard && {
      keyboard: keyboard.map((row) =>
        row.map((key) => {
          if (typeof key === 'string') return { label: key }
          const asks = key.request_location ? 'place' : key.request_contact ? 'contact' : undefined
          return { label: key.text, ...(asks && { asks: asks }) }
        }),
      ),
    }),
    removesKeyboard: remove_keyboard === true,
  }
}
