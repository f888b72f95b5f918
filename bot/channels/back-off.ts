/** How long an adapter waits after failures in a row, on whichever platform. */

/** First and longest pause, ms */
export interface BackOff {
  backOffFirstMs: number
  backOffMaxMs: number
}

/** The pause after this many failures in a row (from 1): doubling to the longest, each between half of it and all of it. */
export const backOffMs = (
  failures: number,
  { backOffFirstMs, backOffMaxMs }: BackOff,
  random: () => number = Math.random,
): number => {
  const whole = Math.min(backOffMaxMs, backOffFirstMs * 2 ** Math.min(failures - 1, 30))
  return whole / 2 + (whole / 2) * random()
}
