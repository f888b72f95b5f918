/** The work's outcome, or an error after `ms`. The work itself is not stopped: whoever began it does that. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLate(ms)), ms).unref()
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

export class TooLate extends Error {
  constructor(ms: number) {
    super(`not done within ${ms} ms`)
    this.name = 'TooLate'
  }
}
