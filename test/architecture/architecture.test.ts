import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importDirections } from '../../scripts/import-directions.js';
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

const directions = importDirections(await readFile('biome.json', 'utf8'));

/** A tree without violations; each test plants one in it. */
const clean: Readonly<Record<string, string>> = {
  'src/base/errors.ts': 'export class CqshopError extends Error {}',
  'src/base/hash.ts': "import createXxhash from 'xxhash-wasm';",
  'src/base/lock.ts': "import { hash64 } from './hash.ts';",
  'src/broker/message.ts': 'export type Message = {};',
  'src/broker/partition.ts': "import { hash32 } from '../base/hash.ts';",
  'src/broker/embedded/log.ts': "import type { Message } from '../message.ts';",
  'src/broker/kafka/library/kafkajs.ts': "import { Kafka } from 'kafkajs';",
  'src/data/dataset/record.ts': "import type { MessageKind } from '../../broker/message.ts';",
  'src/data/dataset/truth.ts': 'export type Entity = {};',
  'src/data/dataset/read-truth.ts': "import type { Entity } from './truth.ts';",
  'src/data/collector/collect.ts': "import { r } from '../dataset/record.ts';",
  'src/shop/engine/random.ts': "import { hash64 } from '../../base/hash.ts';",
  'src/shop/services/service.ts':
    "import type { z } from 'zod';\nimport type { Message } from '../../broker/message.ts';",
  'src/shop/services/cart/messages.ts': "import { z } from 'zod';",
  'src/shop/services/cart/service.ts':
    "import { a } from './messages.ts';\nimport { hash32 } from '../../../base/hash.ts';",
  'src/shop/services/order/service.ts': "import { a } from '../cart/messages.ts';",
  'src/shop/customers/visit.ts': "import { b } from '../engine/random.ts';\nconst square = x ** 2;",
  'src/lab/features/fold.ts': "import type { Entity } from '../../data/dataset/truth.ts';",
  'src/lab/detectors/train.ts': "import { readTruth } from '../../data/dataset/read-truth.ts';",
  'src/lab/detectors/cart/grow.ts': "import { DecisionTreeClassifier } from 'ml-cart';",
  'src/lab/detectors/lstm/network.ts':
    "import '@tensorflow/tfjs-backend-wasm';\nimport * as tf from '@tensorflow/tfjs';",
  'src/lab/evaluation/score.ts': "import { readTruth } from '../../data/dataset/read-truth.ts';",
  'src/app/experiment/run.ts':
    "import { score } from '../../lab/evaluation/score.ts';\nimport { visit } from '../../shop/customers/visit.ts';",
  'src/app/streaming/merge.ts': "import type { Message } from '../../broker/message.ts';",
  'src/cli/main.ts': "import { run } from '../app/experiment/run.ts';",
  'bin/cqshop.js': "import { main } from '../dist/cli/main.js';",
};

function violationsWith(planted: Readonly<Record<string, string>>): readonly string[] {
  const files = new Map(Object.entries({ ...clean, ...planted }));
  // What the package starts is built: it is not among the sources.
  files.set('dist/cli/main.js', '');
  return violations(files, directions);
}

async function violationsOfSource(): Promise<readonly string[]> {
  const files = new Map(await sources());
  expect(files.size).toBeGreaterThan(20);
  files.set('dist/cli/main.js', '');
  return violations(files, directions);
}

/** A file of each wing that any other file may import, as far as its wing is concerned. */
const anyFileOf: Readonly<Record<string, string>> = {
  base: 'src/base/errors.ts',
  broker: 'src/broker/message.ts',
  data: 'src/data/dataset/truth.ts',
  shop: 'src/shop/customers/visit.ts',
  lab: 'src/lab/features/fold.ts',
  app: 'src/app/streaming/merge.ts',
  cli: 'src/cli/main.ts',
};

const wings = [...directions.keys()];

/** Every wing with every other one. */
const pairs = wings.flatMap(wing => wings.filter(other => other !== wing).map(other => [wing, other] as const));

describe('architecture', () => {
  const isCycle = (violation: string) => violation.includes(': imports itself: ');

  test('the source has no cycle of imports', async () => {
    expect((await violationsOfSource()).filter(isCycle)).toEqual([]);
  });

  test('the source breaks no other rule', async () => {
    expect((await violationsOfSource()).filter(violation => !isCycle(violation))).toEqual([]);
  });

  test('the wings are the folders of src, and nothing else is there', async () => {
    expect((await readdir('src')).sort()).toEqual([...wings].sort());
  });

  test('base stands below all wings, the command line above all', () => {
    expect(directions.get('base')).toEqual([]);
    expect(directions.get('cli')).toEqual(wings.filter(wing => wing !== 'cli'));
  });

  test('the tree in which violations are planted has none', () => {
    expect(violationsWith({})).toEqual([]);
  });

  test.each(pairs)('%s imports %s only where biome.json allows it', (wing, other) => {
    const to = anyFileOf[other] ?? '';
    const found = violationsWith({ [`src/${wing}/planted/x.ts`]: `import type { a } from '../../../${to}';` });
    const refused = `src/${wing}/planted/x.ts: ${wing} must not import ${other}: ${to}`;
    if (directions.get(wing)?.includes(other)) expect(found).not.toContain(refused);
    else expect(found).toContain(refused);
  });

  const planted: readonly (readonly [rule: string, path: string, text: string, violation: string])[] = [
    [
      'the shop never imports the lab',
      'src/shop/anomalies/x.ts',
      "import { f } from '../../lab/features/fold.ts';",
      'src/shop/anomalies/x.ts: shop must not import lab: src/lab/features/fold.ts',
    ],
    [
      'nor in an import() of several lines',
      'src/shop/anomalies/x.ts',
      "const f = await import(\n  '../../lab/features/fold.ts'\n);",
      'src/shop/anomalies/x.ts: shop must not import lab: src/lab/features/fold.ts',
    ],
    [
      'the lab never imports the shop, types included',
      'src/lab/detectors/x.ts',
      "import type {\n  A,\n} from '../../shop/engine/random.ts';",
      'src/lab/detectors/x.ts: lab must not import shop: src/shop/engine/random.ts',
    ],
    [
      'the lab never imports the broker',
      'src/lab/features/x.ts',
      "import { partitionOf } from '../../broker/partition.ts';",
      'src/lab/features/x.ts: lab must not import broker: src/broker/partition.ts',
    ],
    [
      'experiments do not import live detection',
      'src/app/experiment/x.ts',
      "import { merge } from '../streaming/merge.ts';",
      'src/app/experiment/x.ts: src/app/experiment/ must not import src/app/streaming/merge.ts',
    ],
    [
      'live detection does not import experiments',
      'src/app/streaming/x.ts',
      "import { run } from '../experiment/run.ts';",
      'src/app/streaming/x.ts: src/app/streaming/ must not import src/app/experiment/run.ts',
    ],
    [
      'the embedded broker does not know Kafka',
      'src/broker/embedded/x.ts',
      "import { a } from '../kafka/library/kafkajs.ts';",
      'src/broker/embedded/x.ts: src/broker/embedded/ must not import src/broker/kafka/library/kafkajs.ts',
    ],
    [
      'Kafka does not know the embedded broker',
      'src/broker/kafka/x.ts',
      "import { a } from '../embedded/log.ts';",
      'src/broker/kafka/x.ts: src/broker/kafka/ must not import src/broker/embedded/log.ts',
    ],
    [
      'features cannot reach labels',
      'src/lab/features/x.ts',
      "import { readTruth } from '../../data/dataset/read-truth.ts';",
      'src/lab/features/x.ts: can reach the labels: src/lab/features/x.ts -> src/data/dataset/read-truth.ts',
    ],
    [
      'detectors cannot reach labels by a detour',
      'src/lab/detectors/cart/x.ts',
      "export { t } from '../train.ts';\nconst a = 1;",
      'src/lab/detectors/cart/x.ts: can reach the labels: src/lab/detectors/cart/x.ts -> src/lab/detectors/train.ts -> src/data/dataset/read-truth.ts',
    ],
    [
      'the simulation cannot reach labels',
      'src/shop/simulation/x.ts',
      "import { readTruth } from '../../data/dataset/read-truth.ts';",
      'src/shop/simulation/x.ts: can reach the labels: src/shop/simulation/x.ts -> src/data/dataset/read-truth.ts',
    ],
    [
      'live detection cannot reach labels',
      'src/app/streaming/x.ts',
      "import { score } from '../../lab/evaluation/score.ts';",
      'src/app/streaming/x.ts: can reach the labels: src/app/streaming/x.ts -> src/lab/evaluation/score.ts -> src/data/dataset/read-truth.ts',
    ],
    [
      'a service does not know the random streams',
      'src/shop/services/cart/x.ts',
      "import { b } from '../../engine/random.ts';",
      'src/shop/services/cart/x.ts: a service imports src/shop/engine/random.ts',
    ],
    [
      "a service does not know another's rules",
      'src/shop/services/order/x.ts',
      "import { b } from '../cart/service.ts';",
      'src/shop/services/order/x.ts: a service imports src/shop/services/cart/service.ts',
    ],
    [
      'a service has no library but zod',
      'src/shop/services/order/x.ts',
      "import { readFile } from 'node:fs/promises';",
      'src/shop/services/order/x.ts: a service imports the package node:fs',
    ],
    [
      'the engine imports nothing else of the shop',
      'src/shop/engine/x.ts',
      "import type { Visit } from '../customers/visit.ts';",
      'src/shop/engine/x.ts: src/shop/engine/ must not import src/shop/customers/visit.ts',
    ],
    [
      'nor the broker',
      'src/shop/engine/x.ts',
      "import type { Message } from '../../broker/message.ts';",
      'src/shop/engine/x.ts: src/shop/engine/ must not import src/broker/message.ts',
    ],
    [
      'the dataset does not know how it was collected',
      'src/data/dataset/x.ts',
      "import { collect } from '../collector/collect.ts';",
      'src/data/dataset/x.ts: src/data/dataset/ must not import src/data/collector/collect.ts',
    ],
    [
      'a detector does not know how it is judged',
      'src/lab/detectors/x.ts',
      "import { score } from '../evaluation/score.ts';",
      'src/lab/detectors/x.ts: src/lab/detectors/ must not import src/lab/evaluation/score.ts',
    ],
    [
      'nor a feature who uses it',
      'src/lab/features/x.ts',
      "import type { train } from '../detectors/train.ts';",
      'src/lab/features/x.ts: src/lab/features/ must not import src/lab/detectors/train.ts',
    ],
    [
      'there is no cycle',
      'src/base/hash.ts',
      "import { r } from './lock.ts';",
      'src/base/hash.ts: imports itself: src/base/hash.ts -> src/base/lock.ts -> src/base/hash.ts',
    ],
    [
      'there is no cycle of types',
      'src/base/hash.ts',
      "import type { R } from './lock.ts';",
      'src/base/hash.ts: imports itself: src/base/hash.ts -> src/base/lock.ts -> src/base/hash.ts',
    ],
    [
      'ml-cart has one place',
      'src/lab/detectors/stump/x.ts',
      "import { DecisionTreeClassifier } from 'ml-cart';",
      'src/lab/detectors/cart/grow.ts, src/lab/detectors/stump/x.ts: ml-cart has several importing places',
    ],
    [
      'kafkajs has one place',
      'src/shop/live/x.ts',
      "import type { Kafka } from 'kafkajs';",
      'src/broker/kafka/library/kafkajs.ts, src/shop/live/x.ts: kafkajs has several importing places',
    ],
    [
      'TensorFlow.js has one place, whichever the package',
      'src/cli/x.ts',
      "await import('@tensorflow/tfjs-node');",
      'src/cli/x.ts, src/lab/detectors/lstm/network.ts: TensorFlow.js has several importing places',
    ],
    [
      'every folder of src is a wing',
      'src/utils/x.ts',
      'export const a = 1;',
      'src/utils/x.ts: is in no wing, expected a folder of base, broker, data, shop, lab, app, cli',
    ],
    [
      'no file is directly in src',
      'src/x.ts',
      'export const a = 1;',
      'src/x.ts: is in no wing, expected a folder of base, broker, data, shop, lab, app, cli',
    ],
    [
      'imports lead somewhere',
      'src/base/x.ts',
      "import { a } from './gone.ts';",
      'src/base/x.ts: imports src/base/gone.ts, which does not exist',
    ],
    ['no wall clock', 'src/lab/report/x.ts', '\nconst now = Date.now();', 'src/lab/report/x.ts:2: uses Date.now'],
    ['no wall clock in a Date', 'src/cli/x.ts', 'const now = new Date();', 'src/cli/x.ts:1: uses new Date()'],
    ['no wall clock in text', 'src/cli/x.ts', 'const now = Date();', 'src/cli/x.ts:1: uses new Date()'],
    ['no wall clock in a template', 'src/cli/x.ts', 'const a = `at ${new Date()}`;', 'src/cli/x.ts:1: uses new Date()'],
    ['no stop watch', 'src/shop/engine/x.ts', 'performance.now();', 'src/shop/engine/x.ts:1: uses performance.now'],
    [
      'no global chance',
      'src/shop/customers/x.ts',
      'const a = Math.random();',
      'src/shop/customers/x.ts:1: uses Math.random',
    ],
    ['no Math.pow', 'src/lab/features/x.ts', 'Math.pow(2, 0.5);', 'src/lab/features/x.ts:1: uses Math.pow'],
    [
      'no fractional power in the simulation',
      'src/shop/customers/x.ts',
      'const a = b ** 0.5;',
      'src/shop/customers/x.ts:1: uses a power that may be fractional',
    ],
    ['nobody but bin/ ends the process', 'src/cli/x.ts', 'process.exit(1);', 'src/cli/x.ts:1: uses process.exit'],
    [
      'the environment is read at the edge',
      'src/broker/x.ts',
      'process.env.HOME;',
      'src/broker/x.ts:1: uses process.env',
    ],
    [
      'no local time',
      'src/shop/customers/x.ts',
      'new Date(timeMs).getHours();',
      'src/shop/customers/x.ts:1: uses local time or language',
    ],
    [
      'no barrel',
      'src/shop/engine/x.ts',
      "export * from './random.ts';",
      'src/shop/engine/x.ts: exports what another file holds',
    ],
    ['no index', 'src/base/index.ts', '', 'src/base/index.ts: is called index, not after what it holds'],
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
      "const c = `import x from '../../lab/features/fold.ts' ${a}`;",
    ].join('\n');
    expect(violationsWith({ 'src/shop/customers/x.ts': text })).toEqual([]);
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
