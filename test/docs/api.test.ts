import { execFile } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const run = promisify(execFile);
const page = readFileSync('docs/api.md', 'utf8');
const examples = [...page.matchAll(/^## (.+)\n\n```js\n([\s\S]*?)^```/gm)].map(
  ([, title = '', code = '']) => [title, code] as const,
);

/** An empty folder beside which cqshop is installed, with the data and models that the examples read. */
const folder = temporaryDirectory(afterAll);
await run('mkdir', ['-p', 'node_modules', 'datasets'], { cwd: folder });
symlinkSync(resolve('.'), join(folder, 'node_modules', 'cqshop'));
symlinkSync(resolve('models'), join(folder, 'models'));
symlinkSync(resolve('datasets/sample'), join(folder, 'datasets', 'sample'));

describe('docs/api.md', () => {
  test.each(examples)('%s: the example runs', async (_, code) => {
    const file = join(folder, 'example.mjs');
    writeFileSync(file, code);
    const { stdout, stderr } = await run(process.execPath, [file], { cwd: folder });
    expect(stderr).toBe('');
    expect(stdout).not.toBe('');
  });

  test.each(['nodenext', 'bundler'])('the types resolve with moduleResolution %s', async moduleResolution => {
    const file = join(folder, 'example.ts');
    writeFileSync(
      file,
      `import { detect, type Alarm, type Dataset, readDataset } from 'cqshop';
const dataset: Dataset = await readDataset('datasets/sample');
const { alarms } = await detect('models/price-error', dataset);
export const first: Alarm | undefined = alarms[0];
// @ts-expect-error there is no such anomaly of a number
await detect(1, dataset);
`,
    );
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const module = moduleResolution === 'nodenext' ? 'nodenext' : 'esnext';
    const tsc = resolve('node_modules/.bin/tsc');
    const flags = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2023', '--module', module];
    await run(
      tsc,
      [
        ...flags,
        '--moduleResolution',
        moduleResolution,
        '--types',
        'node',
        '--typeRoots',
        resolve('node_modules/@types'),
        file,
      ],
      { cwd: folder },
    );
  });
});
