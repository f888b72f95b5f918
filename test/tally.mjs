import { writeSync } from 'node:fs'

/** Ends a run of jest with one plain line for programs and people in a hurry, after everything else that is printed. */
export default class Tally {
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } = results
    // A file that could not run has no tests to count, and is a failure all the same.
    const failed = numFailedTests + numRuntimeErrorTestSuites
    const line = `${numPassedTests} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped\n`
    process.once('exit', () => writeSync(process.stdout.fd, line))
  }
}
