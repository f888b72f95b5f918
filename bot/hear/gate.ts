/**
 * So many at once, the others in the order in which they came. A chat waits here for one update at a time, so the line is a
 * round of chats: one update of each, then its next one at the end of the line.
 */
export class Gate {
  #free: number
  #line: ((entered: boolean) => void)[] = []
  #closed = false

  constructor(places: number) {
    this.#free = places
  }

  /** Waits for a place. False: the gate was closed; then there is nothing to leave. */
  async enter(): Promise<boolean> {
    return this.tryEnter() || (!this.#closed && (await new Promise<boolean>((resolve) => this.#line.push(resolve))))
  }

  /** A place if one is free now and nobody waits for it. */
  tryEnter(): boolean {
    if (this.#closed || this.#free === 0) return false
    this.#free -= 1
    return true
  }

  leave(): void {
    const next = this.#line.shift()
    if (next) next(true)
    else this.#free += 1
  }

  /** Nobody enters any more; those who wait are told so. */
  close(): void {
    this.#closed = true
    for (const tell of this.#line.splice(0)) tell(false)
  }

  get waiting(): number {
    return this.#line.length
  }
}
