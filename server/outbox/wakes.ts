/** Chats that are to be looked at again at a time. In memory only: what must not be forgotten is in the database as well. */

/** Beyond that the look-out finds them. ms */
const WAKE_MAX_MS = 60_000

export class Wakes {
  readonly #wake: (chatId: number) => void
  readonly #timers = new Map<number, { at: number; timer: NodeJS.Timeout }>()

  constructor(wake: (chatId: number) => void) {
    this.#wake = wake
  }

  /** An earlier time of the same chat stands: whoever looks then is told when to look again. */
  at(chatId: number, inMs: number): void {
    if (inMs > WAKE_MAX_MS) return
    const at = performance.now() + inMs
    const known = this.#timers.get(chatId)
    if (known && known.at <= at) return
    clearTimeout(known?.timer)
    const timer = setTimeout(() => {
      this.#timers.delete(chatId)
      this.#wake(chatId)
    }, inMs)
    this.#timers.set(chatId, { at, timer })
  }

  close(): void {
    for (const { timer } of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }
}
