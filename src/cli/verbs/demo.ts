import { join } from 'node:path';
import { runDemo } from '../../app/demo.ts';
import { shippedPath } from '../../base/shipped-path.ts';
import { rfc3339 } from '../../base/time.ts';
import { toolVersion } from '../../base/tool-version.ts';
import { withoutSlash } from '../../base/whole-file.ts';
import { readModel } from '../../lab/detectors/model-files.ts';
import { detectors } from '../../lab/detectors/registry.ts';
import { writeDetections } from '../../lab/detectors/write-detections.ts';
import { readGate } from '../../lab/evaluation/gate-file.ts';
import { writeResults } from '../../lab/evaluation/results-file.ts';
import { type DemoResult, demoText } from '../demo/demo-text.ts';
import { readMessageTree } from '../message-tree.ts';
import { text } from '../option-values.ts';
import { option } from '../options.ts';
import { openResults } from '../results-directory.ts';
import { shellWord } from '../shell-word.ts';
import { stageClock } from '../stage-clock.ts';
import { defineVerb } from '../verb.ts';

const anomaly = 'stock-exhaustion';
const command = 'cqshop demo';

/** `cqshop demo`. Its directory appears whole or not at all. */
export const verb = defineVerb({
  description:
    'Shows the whole idea in some seconds: it simulates two days of the shop with a hoarder (scenario sample, seed 6), runs the model of stock-exhaustion that comes with cqshop over them, and prints the events, the alarm with its reason, the messages that led to it, and what was not found. It writes a dataset and detections.csv to results/demo, and nothing else. The seed is fixed, so that the run is the same everywhere.',
  options: { out: option('<dir>', 'the directory that it writes', text, 'results/demo') },
  examples: ['cqshop demo', 'cqshop demo --out my-demo --json'],
  async run({ options }, io) {
    const out = withoutSlash(options.out);
    const model = readModel(shippedPath('models', anomaly), detectors, anomaly);
    const gate = readGate(shippedPath('models', 'accuracy.json'));
    const { partial, publish, close } = openResults(out, { command, overwrite: false });
    const clock = stageClock(io);
    try {
      const demo = await runDemo(model, { dir: partial, signal: io.signal, onStage: clock.onStage });
      const { dataset, alarms, nearMisses, rows } = demo;
      writeDetections(join(partial, 'detections.csv'), alarms);
      writeResults(partial, { command, seed: dataset.manifest.seed ?? 0, version: toolVersion, rows });
      const release = alarms.find(alarm => alarm.release !== undefined)?.release;
      const tree = release === undefined ? undefined : await readMessageTree(dataset, release.id, io.signal);
      const chain = tree === undefined ? [] : [...tree.causes, tree.target];
      clock.finish();
      publish();
      const next = nextCommands(shellWord(join(out, 'dataset')), release?.id);
      const result: DemoResult = { ...demo, model, gate, chain, next };
      io.result(
        {
          ...{ out, dataset: join(out, 'dataset'), scenario: dataset.manifest.scenario, seed: dataset.manifest.seed },
          ...{ messages: dataset.manifest.messages, labels: demo.labels, rows, next },
          alarms: alarms.map(({ label, release: _, ...alarm }) => ({ ...alarm, label: label?.id ?? null })),
          nearMisses: nearMisses.map(({ nearMiss, highestScore }) => ({
            id: nearMiss.id,
            kind: nearMiss.anomaly,
            highestScore: highestScore ?? null,
          })),
          chain: chain.map(({ timeMs, id, type, source, key }) => ({ id, time: rfc3339(timeMs), type, source, key })),
        },
        () => demoText(result, io),
      );
      return 0;
    } finally {
      clock.finish();
      close();
    }
  },
});

function nextCommands(dataset: string, message: string | undefined): DemoResult['next'] {
  return [
    ...(message === undefined
      ? []
      : [
          {
            command: `npx cqshop show message ${message} --dataset ${dataset}`,
            shows: 'all causes and consequences of the last of these messages',
          },
        ]),
    {
      command: `npx cqshop detect price-error --dataset ${dataset}`,
      shows: 'the other anomaly of these two days, by its own detector',
    },
    { command: 'npx cqshop init scenario my-shop', shows: 'a scenario of your own, with a comment for each key' },
  ];
}
