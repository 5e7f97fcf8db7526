import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf } from './import-graph.ts';
import { violations } from './rules.ts';
import { blank } from './source-text.ts';

/** All source that the package runs. */
async function sources(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const folder of ['src', 'bin']) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && /\.[jt]s$/.test(path)) files.set(path.split(sep).join('/'), await readFile(path, 'utf8'));
    }
  }
  return files;
}

/** A tree without violations, of which a test plants one. */
const clean: Readonly<Record<string, string>> = {
  'src/errors.ts': 'export class CqshopError extends Error {}',
  'src/kernel/hash.ts': "import createXxhash from 'xxhash-wasm';",
  'src/kernel/random.ts': "import { hash64 } from './hash.ts';",
  'src/messaging/message.ts': 'export type Message = {};',
  'src/services/service.ts': "import type { z } from 'zod';\nimport type { Message } from '../messaging/message.ts';",
  'src/services/cart/messages.ts': "import { z } from 'zod';",
  'src/services/cart/service.ts': "import { a } from './messages.ts';\nimport { hash32 } from '../../kernel/hash.ts';",
  'src/services/order/service.ts': "import { a } from '../cart/messages.ts';",
  'src/customers/visit.ts': "import { b } from '../kernel/random.ts';\nconst square = x ** 2;",
  'src/dataset/record.ts': "import type { MessageKind } from '../messaging/message.ts';",
  'src/dataset/truth.ts': 'export type Entity = {};',
  'src/dataset/read-truth.ts': "import type { Entity } from './truth.ts';",
  'src/collector/collect.ts': "import { r } from '../dataset/record.ts';",
  'src/features/fold.ts': "import type { Entity } from '../dataset/truth.ts';",
  'src/detectors/train.ts': "import { readTruth } from '../dataset/read-truth.ts';",
  'src/detectors/cart/grow.ts': "import { DecisionTreeClassifier } from 'ml-cart';",
  'src/detectors/lstm/network.ts': "import '@tensorflow/tfjs-backend-wasm';\nimport * as tf from '@tensorflow/tfjs';",
  'src/evaluation/score.ts': "import { readTruth } from '../dataset/read-truth.ts';",
  'src/cli/main.ts': "import { score } from '../evaluation/score.ts';\nimport { visit } from '../customers/visit.ts';",
  'bin/cqshop.js': "import { main } from '../dist/cli/main.js';",
};

function violationsWith(planted: Readonly<Record<string, string>>): readonly string[] {
  const files = new Map(Object.entries({ ...clean, ...planted }));
  // What the package starts is built: it is not among the sources.
  files.set('dist/cli/main.js', '');
  return violations(files);
}

describe('architecture', () => {
  test('the source breaks no rule', async () => {
    const files = new Map(await sources());
    files.set('dist/cli/main.js', '');
    expect(files.size).toBeGreaterThan(20);
    expect(violations(files)).toEqual([]);
  });

  test('the tree in which violations are planted has none', () => {
    expect(violationsWith({})).toEqual([]);
  });

  const planted: readonly (readonly [rule: string, path: string, text: string, violation: string])[] = [
    [
      'the simulating half never imports the learning half',
      'src/anomalies/x.ts',
      "import { f } from '../features/fold.ts';",
      'src/anomalies/x.ts: the simulating half imports the learning half, src/features/fold.ts',
    ],
    [
      'nor in an import() of several lines',
      'src/collector/x.ts',
      "const f = await import(\n  '../features/fold.ts'\n);",
      'src/collector/x.ts: the simulating half imports the learning half, src/features/fold.ts',
    ],
    [
      'the learning half never imports the simulating half, types included',
      'src/detectors/x.ts',
      "import type {\n  A,\n} from '../kernel/random.ts';",
      'src/detectors/x.ts: the learning half imports the simulating half, src/kernel/random.ts',
    ],
    [
      'nobody but the command line imports live detection',
      'src/detectors/x.ts',
      "import { throttledLog } from '../following/news.ts';",
      'src/detectors/x.ts: imports live detection, src/following/news.ts',
    ],
    [
      'nobody imports the command line',
      'src/evaluation/x.ts',
      "import { main } from '../cli/main.ts';",
      'src/evaluation/x.ts: imports the command line, src/cli/main.ts',
    ],
    [
      'features cannot reach labels',
      'src/features/x.ts',
      "import { readTruth } from '../dataset/read-truth.ts';",
      'src/features/x.ts: can reach the labels: src/features/x.ts -> src/dataset/read-truth.ts',
    ],
    [
      'detectors cannot reach labels by a detour',
      'src/detectors/cart/x.ts',
      "export { t } from '../train.ts';\nconst a = 1;",
      'src/detectors/cart/x.ts: can reach the labels: src/detectors/cart/x.ts -> src/detectors/train.ts -> src/dataset/read-truth.ts',
    ],
    [
      'the simulation cannot reach labels',
      'src/simulation/x.ts',
      "import { readTruth } from '../dataset/read-truth.ts';",
      'src/simulation/x.ts: can reach the labels: src/simulation/x.ts -> src/dataset/read-truth.ts',
    ],
    [
      'a service does not know the random streams',
      'src/services/cart/x.ts',
      "import { b } from '../../kernel/random.ts';",
      'src/services/cart/x.ts: a service imports src/kernel/random.ts',
    ],
    [
      "a service does not know another's rules",
      'src/services/order/x.ts',
      "import { b } from '../cart/service.ts';",
      'src/services/order/x.ts: a service imports src/services/cart/service.ts',
    ],
    [
      'a service has no library but zod',
      'src/services/order/x.ts',
      "import { readFile } from 'node:fs/promises';",
      'src/services/order/x.ts: a service imports the package node:fs',
    ],
    [
      'the kernel imports nothing of ours',
      'src/kernel/x.ts',
      "import type { Message } from '../messaging/message.ts';",
      'src/kernel/x.ts: kernel stands below messaging and imports src/messaging/message.ts',
    ],
    [
      'the dataset knows neither half',
      'src/dataset/x.ts',
      "import { f } from '../features/fold.ts';",
      'src/dataset/x.ts: dataset stands below features and imports src/features/fold.ts',
    ],
    [
      'there is no cycle',
      'src/kernel/hash.ts',
      "import { type R } from './random.ts';",
      'src/kernel/hash.ts: imports itself: src/kernel/hash.ts -> src/kernel/random.ts -> src/kernel/hash.ts',
    ],
    [
      'ml-cart has one place',
      'src/detectors/stump/x.ts',
      "import { DecisionTreeClassifier } from 'ml-cart';",
      'src/detectors/cart/grow.ts, src/detectors/stump/x.ts: ml-cart has several importing places',
    ],
    [
      'TensorFlow.js has one place, whichever the package',
      'src/cli/x.ts',
      "await import('@tensorflow/tfjs-node');",
      'src/cli/x.ts, src/detectors/lstm/network.ts: TensorFlow.js has several importing places',
    ],
    [
      'every room belongs to a half',
      'src/utils/x.ts',
      'export const a = 1;',
      'src/utils/x.ts: the room utils belongs to no half; name it in test/architecture/rules.ts',
    ],
    [
      'imports lead somewhere',
      'src/kernel/x.ts',
      "import { a } from './gone.ts';",
      'src/kernel/x.ts: imports src/kernel/gone.ts, which does not exist',
    ],
    ['no wall clock', 'src/report/x.ts', '\nconst now = Date.now();', 'src/report/x.ts:2: uses Date.now'],
    ['no wall clock in a Date', 'src/cli/x.ts', 'const now = new Date();', 'src/cli/x.ts:1: uses new Date()'],
    ['no wall clock in text', 'src/cli/x.ts', 'const now = Date();', 'src/cli/x.ts:1: uses new Date()'],
    ['no wall clock in a template', 'src/cli/x.ts', 'const a = `at ${new Date()}`;', 'src/cli/x.ts:1: uses new Date()'],
    ['no stop watch', 'src/kernel/x.ts', 'performance.now();', 'src/kernel/x.ts:1: uses performance.now'],
    ['no global chance', 'src/customers/x.ts', 'const a = Math.random();', 'src/customers/x.ts:1: uses Math.random'],
    ['no Math.pow', 'src/features/x.ts', 'Math.pow(2, 0.5);', 'src/features/x.ts:1: uses Math.pow'],
    [
      'no fractional power in the simulation',
      'src/customers/x.ts',
      'const a = b ** 0.5;',
      'src/customers/x.ts:1: uses a power that may be fractional',
    ],
    ['nobody but bin/ ends the process', 'src/cli/x.ts', 'process.exit(1);', 'src/cli/x.ts:1: uses process.exit'],
    [
      'the environment is read at the edge',
      'src/messaging/x.ts',
      'process.env.HOME;',
      'src/messaging/x.ts:1: uses process.env',
    ],
    [
      'no local time',
      'src/customers/x.ts',
      'new Date(timeMs).getHours();',
      'src/customers/x.ts:1: uses local time or language',
    ],
    ['no barrel', 'src/kernel/x.ts', "export * from './hash.ts';", 'src/kernel/x.ts: exports what another file holds'],
    ['no index', 'src/kernel/index.ts', '', 'src/kernel/index.ts: is called index, not after what it holds'],
  ];

  test.each(planted)('%s', (_, path, text, violation) => {
    expect(violationsWith({ [path]: text })).toContain(violation);
  });

  test('what only looks forbidden is allowed', () => {
    const text = [
      "import type { R } from './visit.ts';",
      '// Date.now and Math.random',
      '/** new Date() ** 0.5 */',
      "const a = 'Math.random()';",
      'const pattern = /[/"]Date.now/;',
      'const b = new Date(timeMs).getUTCHours() + x ** 2 + 2 ** 32;',
      "const c = `import x from '../features/fold.ts' ${a}`;",
    ].join('\n');
    const visit = "import { a } from './x.ts';";
    expect(violationsWith({ 'src/customers/x.ts': text, 'src/customers/visit.ts': visit })).toEqual([]);
  });
});

describe('importsOf', () => {
  test('finds every form of import', () => {
    const text = [
      "import a, { b } from './a.ts';",
      'import type {',
      '  C, // of c',
      '} from "./deep/c.ts";',
      "import 'side-effect/part';",
      "export { d } from '@scope/d/part';",
      "const e = await import('../e.ts');",
      "// import f from './f.ts';",
    ].join('\n');
    expect(importsOf(new Map([['src/x/y.ts', text]])).map(({ to }) => to)).toEqual([
      'src/x/a.ts',
      'src/x/deep/c.ts',
      'side-effect',
      '@scope/d',
      'src/e.ts',
    ]);
  });
});

describe('blank', () => {
  test('keeps lines and code, hides comments and strings', () => {
    expect(blank('a("b"); // c\n/* d\n*/ e(`f${g({ h })}i`, /j"/);', 'comments and strings')).toBe(
      'a(" ");     \n    \n   e(` ${g({ h })} `, /  /);',
    );
  });
});
