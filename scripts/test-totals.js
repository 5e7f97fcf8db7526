// Prints "N passed, N failed" from vitest's JSON report, as the last line of .ci/run. What fails outside of a test counts too: a file that cannot
// be loaded or whose set-up fails is one failure, and so is vitest's own exit code if the report names no failure.
// Usage: node scripts/test-totals.js <report.json> [vitest's exit code]
import { readFile } from 'node:fs/promises';

const [file, exitCode = '0'] = process.argv.slice(2);
const { passed, failed } = await totals(file);
const others = failed === 0 && (exitCode !== '0' || passed === 0) ? 1 : 0;
console.log(`${passed} passed, ${failed + others} failed`);
if (failed + others > 0) process.exitCode = 1;

async function totals(path) {
  const text = await readFile(path, 'utf8');
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(text);
    const outside = testResults.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && assertionResults.every(({ status: ofTest }) => ofTest !== 'failed'),
    );
    for (const { name, message } of outside) console.error(`failed outside of its tests: ${name} ${message}`);
    return { passed: numPassedTests, failed: numFailedTests + outside.length };
  } catch (error) {
    // Whatever ended vitest in the middle has left no report, or half of one.
    console.error(`Cannot read ${path}: ${error.message}, expected vitest's JSON report`);
    return { passed: 0, failed: 1 };
  }
}
