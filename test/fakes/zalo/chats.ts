/** What people see, as far as the fake knows. */

export interface Button {
  label: string
  /** A payload, sent as the person's words when pressed */
  data?: string
  url?: string
  phone?: string
}

export interface Shown {
  id: string
  /** Counts the messages of this chat, from 1 */
  nth: number
  /** ms since 1970 */
  at: number
  text: string
  buttons: Button[]
  picture?: Buffer
  document?: { name: string; bytes: Buffer }
}

export class Chat {
  readonly shown: Shown[] = []
  /** Reactions of the OA under this person's messages */
  readonly reactions: { messageId: string; icon: string }[] = []
  /** When the person last did something, ms since 1970 */
  heardAt = 0
  #wakes = new Set<() => void>()

  show(message: Omit<Shown, 'nth' | 'at'>): Shown {
    const shown = { ...message, nth: this.shown.length + 1, at: Date.now() }
    this.shown.push(shown)
    for (const wake of [...this.#wakes]) wake()
    return shown
  }

  /** What was shown after the nth message; waits up to `timeoutMs` while there is nothing. */
  async after(nth: number, timeoutMs: number): Promise<Shown[]> {
    if (this.shown.length <= nth && timeoutMs > 0)
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer)
          this.#wakes.delete(wake)
          resolve()
        }
        const timer = setTimeout(wake, timeoutMs)
        this.#wakes.add(wake)
      })
    return this.shown.slice(nth)
  }
}
