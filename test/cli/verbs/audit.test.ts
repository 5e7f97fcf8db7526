import { createHash } from 'node:crypto';
import { cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommand } from '../../support/fake-host.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const sample = 'datasets/sample';

/** A copy of the sample under another name, with some text of a file changed and the manifest made to agree. */
function changedSample(file: string, change: (text: string) => string): string {
  const dir = join(temporaryDirectory(), 'changed');
  cpSync(sample, dir, { recursive: true });
  const text = change(readFileSync(join(dir, file), 'utf8'));
  writeFileSync(join(dir, file), text);
  const manifest = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8'));
  manifest.files[file] = { bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') };
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest));
  return dir;
}

async function audited(dir: string) {
  const { exitCode, stdout, stderr } = await runCommand(['audit', dir, '--json']);
  const { ok, findings } = JSON.parse(stdout);
  const verdict = (check: string, anomaly: string | null) =>
    findings
      .filter(
        (finding: { check: string; anomaly: string | null }) => finding.check === check && finding.anomaly === anomaly,
      )
      .map((finding: { verdict: string }) => finding.verdict);
  return { exitCode, ok, findings, verdict, stderr };
}

describe('cqshop audit', () => {
  test('passes the sample, and says what two labels cannot tell', async () => {
    const { exitCode, stdout, stderr } = await runCommand(['audit', sample]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^pass +receipts +stock-exhaustion +1 of 1 label /m);
    expect(stdout).toMatch(/^undecided +position bias +all +too few to tell: 2 labels, expected at least 20/m);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^passed: \d+ checks, \d+ undecided$/);
  });

  test('gives one JSON document, which does not depend on where the dataset lies', async () => {
    const { exitCode, ok, findings, verdict } = await audited(sample);
    expect({ exitCode, ok }).toEqual({ exitCode: 0, ok: true });
    expect(verdict('integrity', null)).toEqual(['pass']);
    expect(verdict('density', 'price-error')).toEqual(['pass']);
    expect((await audited(changedSample('events.csv', text => text))).findings).toEqual(findings);
  });

  test('refuses a dataset whose messages span millennia, before it counts them', async () => {
    const dir = changedSample('events.csv', text => text);
    const path = join(dir, 'manifest.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...manifest, end: '9999-12-31T23:59:59.000Z' }));
    const { exitCode, stderr } = await runCommand(['audit', dir]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('its messages span') });
  });

  test('fails a dataset whose label caused nothing', async () => {
    const dir = changedSample('caused.csv', text =>
      text
        .split('\n')
        .filter(line => !line.includes(',hoarder,'))
        .join('\n'),
    );
    const { exitCode, ok, verdict } = await audited(dir);
    expect({ exitCode, ok }).toEqual({ exitCode: 1, ok: false });
    expect(verdict('receipts', 'stock-exhaustion')).toEqual(['fail']);
    expect(verdict('receipts', 'price-error')).toEqual(['pass']);
  });

  test('fails a dataset whose rows name the truth', async () => {
    const { exitCode, verdict } = await audited(
      changedSample('events.csv', text => text.replaceAll('"reason"":""expired""', '"reason"":""wrong-price""')),
    );
    expect(exitCode).toBe(1);
    expect(verdict('leaks', null)).toEqual(['fail', 'pass', 'pass']);
  });

  test('has nothing to ask of labels where there are none', async () => {
    const dir = changedSample('labels.jsonl', () => '');
    const manifest = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8'));
    writeFileSync(join(dir, 'manifest.json'), JSON.stringify({ ...manifest, labels: 0 }));
    const { exitCode, verdict } = await audited(dir);
    expect(exitCode).toBe(0);
    for (const check of ['one-liners', 'density', 'position bias', 'receipts', 'detectability'])
      expect(verdict(check, null)).toEqual(['undecided']);
  });

  test('refuses what is no dataset, what was altered or cut off, and the same one twice', async () => {
    const refusal = async (...dirs: readonly string[]) => {
      const { exitCode, stdout, stderr } = await runCommand(['audit', ...dirs]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      return stderr;
    };
    const dir = temporaryDirectory();
    expect(await refusal(dir)).toMatch(/^error: Cannot open dataset .*: the directory has no manifest\.json/);
    const cut = join(dir, 'cut');
    cpSync(sample, cut, { recursive: true });
    truncateSync(join(cut, 'events.csv'), 100_000);
    expect(await refusal(cut)).toMatch(/events\.csv has 100000 bytes, expected \d+ bytes as in manifest\.json/);
    const altered = join(dir, 'altered');
    cpSync(sample, altered, { recursive: true });
    const card = readFileSync(join(altered, 'README.md'), 'utf8');
    writeFileSync(join(altered, 'README.md'), card.replace('a', 'b'));
    expect(await refusal(altered)).toMatch(/README\.md: its sha256 is .*; the file was altered/);
    expect(await refusal(sample, sample)).toMatch(
      /^error: Cannot audit .*: it holds the same events as .*, expected each dataset once/,
    );
  });
});
