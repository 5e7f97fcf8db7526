import { describe, expect, test } from 'vitest';
import { runCommand } from '../../../support/fake-host.ts';

describe('list services', () => {
  test('prints a table, and the same as JSON', async () => {
    const { exitCode, stdout } = await runCommand(['list', 'services']);
    expect(exitCode).toBe(0);
    const { stdout: json } = await runCommand(['list', 'services', '--json']);
    const names: string[] = JSON.parse(json).map(({ name }: { name: string }) => name);
    expect(names).toContain('warehouse');
    for (const name of names) expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
    expect(stdout).not.toContain('│');
  });
});
