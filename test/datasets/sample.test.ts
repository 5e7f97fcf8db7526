import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test.each(['UTC', 'Asia/Tokyo'])(
  'datasets/sample is what simulate and collect make of its scenario elsewhere, in time zone %s, byte for byte',
  timeZone => {
    const dir = temporaryDirectory();
    const cqshop = (...argv: readonly string[]) =>
      execFileSync(process.execPath, [join(root, 'bin/cqshop.js'), ...argv, '--quiet'], {
        cwd: dir,
        env: { ...process.env, TZ: timeZone },
      });
    cqshop('simulate', 'sample');
    cqshop('collect');
    const [out, committed] = [join(dir, 'datasets/sample'), join(root, 'datasets/sample')];
    expect(readdirSync(out).sort()).toEqual(readdirSync(committed).sort());
    for (const file of readdirSync(out)) {
      expect({ file, text: readFileSync(join(out, file), 'utf8') }).toEqual({
        file,
        text: readFileSync(join(committed, file), 'utf8'),
      });
    }
  },
);
