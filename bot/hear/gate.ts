/**
 * So many at once, the others in the order in which they came. A chat waits here for one update at a time, so the line is a
 * round of chats: one update of each, then its next one at the end of the line.
 */
export class Gate {
  #free: number
  #line: { inHand: boolean; tell: (entered: boolean) => void }[] = []
  #closed = false

  constructor(places: number) {
    this.#free = places
  }

  /**
   * Waits for a place. False: the gate was closed; then there is nothing to leave. What is `inHand` was begun elsewhere and
   * enters a closed gate as well, so that it can end.
   */
  async enter(inHand = false): Promise<boolean> {
    if (this.#closed && !inHand) return false
    if (this.#free > 0) {
      this.#free -= 1
      return true
    }
    return new Promise((tell) => this.#line.push({ inHand, tell }))
  }

  /** A place if one is free now and nobody waits for it. */
  tryEnter(): boolean {
    if (this.#closed || this.#free === 0) return false
    this.#free -= 1
    return true
  }

  leave(): void {
    const next = this.#line.shift()
    if (next) next.tell(true)
    else this.#free += 1
  }

  /** Nothing is begun any more; those who wait for that are told so. */
  close(): void {
    this.#closed = true
    const line = this.#line
    this.#line = line.filter(({ inHand }) => inHand)
    for (const { inHand, tell } of line) if (!inHand) tell(false)
  }

  get waiting(): number {
    return this.#line.length
  }
}
