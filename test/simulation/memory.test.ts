import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const main = new URL('../../dist/cli/main.js', import.meta.url).href;

/** Peak memory [kB] of a process of its own that simulates so many days onto an embedded broker. */
function peakOf(days: number): number {
  const dir = mkdtempSync(join(tmpdir(), 'cqshop-memory-'));
  try {
    const argv = ['simulate', 'clean', '--days', String(days), '--broker', `embedded:${dir}`, '--json', '--quiet'];
    const script = `const { main } = await import('${main}');
      const code = await main(${JSON.stringify(argv)});
      process.stdout.write(JSON.stringify({ code, peak: process.resourceUsage().maxRSS }));`;
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      maxBuffer: 1 << 26,
    }).toString();
    const { code, peak } = JSON.parse(out.slice(out.lastIndexOf('{')));
    expect(code).toBe(0);
    return peak;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

test('peak memory at 220 days is at most 1.5 times that at 22', { timeout: 300_000 }, () => {
  expect(peakOf(220) / peakOf(22)).toBeLessThan(1.5);
});
