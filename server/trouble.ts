/**
 * What an operator can mend: a taken port, a missing setting, a folder of the wrong version. Its message is a sentence
 * that says what is wrong and what to do; it is shown alone, without a stack. Everything else thrown is a bug.
 */
export class Trouble extends Error {
  override readonly name = 'Trouble'
}

/** The text of anything that was thrown. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof AggregateError && thrown.message === ''
    ? thrown.errors.map(messageOf).join('; ')
    : thrown instanceof Error
      ? thrown.message
      : String(thrown)
