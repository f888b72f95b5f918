/** What goes wrong with a fake platform, on order; how it can break is each platform's own affair. */

export interface Fault<Break, On extends string = string> {
  /** A method or endpoint; left out: any but the one that is spared */
  on?: On
  /** Only for this chat or person */
  whom?: string | number
  /** How often; left out: until taken back */
  times?: number
  /** 0 to 1; left out: always */
  chance?: number
  do: Break
}

export class Faults<Break, On extends string = string> {
  /** Calls that were struck so far */
  struck = 0
  #standing: { fault: Fault<Break, On>; left: number }[] = []

  /** @param spared struck only when it is named */
  constructor(
    private readonly spared: On,
    private readonly random: () => number = Math.random,
  ) {}

  /** Returns what takes it back. */
  add(fault: Fault<Break, On>): () => void {
    const entry = { fault, left: fault.times ?? Infinity }
    this.#standing.push(entry)
    return () => {
      this.#standing = this.#standing.filter((other) => other !== entry)
    }
  }

  clear(): void {
    this.#standing = []
  }

  /** The first one that strikes this call, used up once more. */
  strike(called: On, whom: string | number | undefined): Break | undefined {
    const hit = this.#standing.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.on === undefined ? called !== this.spared : fault.on === called) &&
        (fault.whom === undefined || fault.whom === whom) &&
        (fault.chance === undefined || this.random() < fault.chance),
    )
    if (!hit) return undefined
    hit.left--
    this.struck++
    return hit.fault.do
  }
}
