import { writeSync } from 'node:fs';

/** Ends a run with `N passed, N failed`, for whoever reads only the last line. A file that would not load counts. */
export default class LastLineReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    process.once('exit', () => writeSync(1, `${results.numPassedTests} passed, ${failed} failed\n`));
  }
}
