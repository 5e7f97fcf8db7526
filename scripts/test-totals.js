// Prints "N passed, N failed" from vitest's JSON report, as the last line of .ci/run. A test file that cannot be loaded is a failure.
// Usage: node scripts/test-totals.js <report.json>
import { readFile } from 'node:fs/promises';

const [file] = process.argv.slice(2);
const text = await readFile(file, 'utf8');
if (text === '') {
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
} else {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(text);
  const unloaded = testResults.filter(
    result => result.status === 'failed' && result.assertionResults.length === 0,
  ).length;
  const failed = numFailedTests + unloaded;
  console.log(`${numPassedTests} passed, ${failed} failed`);
  if (failed > 0 || numPassedTests === 0) process.exitCode = 1;
}
