/** Ends a run of jest with one plain line for programs and people in a hurry. */
export default class Tally {
  onRunComplete(
    _contexts,
    { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults, numRuntimeErrorTestSuites },
  ) {
    // A file that could not run has no tests to count, and is a failure all the same.
    const failed = numFailedTests + numRuntimeErrorTestSuites
    for (const { testFilePath } of testResults.filter(({ testExecError }) => testExecError))
      console.log(`could not run: ${testFilePath}`)
    console.log(`${numPassedTests} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped`)
  }
}
