/** How long many of the same took, in ms: half of them no longer than `p50`. Nothing measured: zeros. */
export interface Spread {
  p50: number
  p95: number
  p99: number
}

export function spread(took: readonly number[]): Spread {
  const sorted = took.toSorted((a, b) => a - b)
  const at = (share: number) =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1))
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}
