/**
 * Adaptive group commit: while one run is in hand, the next calls gather and then go together. Alone, a call waits for
 * nothing; under load one statement and one commit serve many. Calls go in the order in which they came.
 */
export class Gather<Item, Result> {
  readonly #run: (items: Item[]) => Promise<Result[]>
  readonly #max: number
  #waiting: Call<Item, Result>[] = []
  #running = false

  /** `run` answers one result for each item, in their order; what it throws reaches all of them. */
  constructor(run: (items: Item[]) => Promise<Result[]>, max: number) {
    this.#run = run
    this.#max = max
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      if (this.#running) return
      this.#running = true
      // What else this round of the event loop brings goes along.
      setImmediate(() => void this.#drain())
    })
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const calls = this.#waiting.splice(0, this.#max)
      try {
        const results = await this.#run(calls.map((call) => call.item))
        calls.forEach((call, i) => call.resolve(results[i] as Result))
      } catch (error) {
        for (const call of calls) call.reject(error)
      }
    }
    this.#running = false
  }
}

interface Call<Item, Result> {
  item: Item
  resolve(result: Result): void
  reject(error: unknown): void
}
