/** Whether a loop still goes round: it beats after each round that went well, and somebody else looks. */
export class Pulse {
  readonly #lateAfterMs: number
  #at = Date.now()

  /** @param lateAfterMs several rounds, so that one that fails is no alarm */
  constructor(lateAfterMs: number) {
    this.#lateAfterMs = lateAfterMs
  }

  beat(): void {
    this.#at = Date.now()
  }

  /** For an operator; undefined: it goes round. */
  ailment(now = Date.now()): string | undefined {
    const ms = now - this.#at
    return ms > this.#lateAfterMs ? `no round for ${Math.floor(ms / 1000)} s` : undefined
  }
}

/** Long enough for a slow database, short enough for a watchdog. ms */
export const LATE_AFTER_MS = 30_000
