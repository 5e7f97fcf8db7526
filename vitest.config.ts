import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take seconds: `npm run test:fast` leaves them out. They begin in this order, the longest first, so that none is left for the end. */
const slow = [
  'test/models/retrain.test.ts',
  'test/readme/tutorial.test.ts',
  'test/readme/readme.test.ts',
  'test/contributing/recipes.test.ts',
  'test/shop/simulation/twin.test.ts',
  'test/cli/doctor/broker-checks.test.ts',
  'test/broker/kafka/reading/reader-waiting.test.ts',
  'test/shop/anomalies/entity-ladder.test.ts',
  'test/shop/anomalies/conformance.test.ts',
  'test/lab/detectors/conformance.test.ts',
  'test/data/collector/collect.test.ts',
  'test/shop/simulation/reproducible.test.ts',
  'test/shop/simulation/no-leak.test.ts',
  'test/lab/detectors/cart.test.ts',
  'test/lab/evaluation/gate.test.ts',
  'test/shop/scenarios/golden.test.ts',
  'test/shop/simulation/conservation.test.ts',
  'test/support/live/audit.test.ts',
  'test/shop/simulation/twin-truth.test.ts',
  'test/cli/detect/own-topics.test.ts',
  'test/cli/verbs/audit.test.ts',
  'test/datasets/sample.test.ts',
  'test/app/experiment/external/evaluate-external.test.ts',
  'test/lab/report/page/report-page.test.ts',
  'test/lab/detectors/lstm-native.test.ts',
  'test/scripts/check-package.test.ts',
  'test/scripts/confusions.test.ts',
  'test/readme/pages.test.ts',
];

/** Files that replace a module or start a library in their own way; the other plain files share loaded modules, which takes two thirds of the time. */
const alone = [
  'test/cli/verbs/evaluate-prints-first.test.ts',
  'test/data/collector/kill-marks.test.ts',
  'test/app/streaming/held-back-follower.test.ts',
  'test/lab/detectors/lstm-backend.test.ts',
];

/**
 * Tests that run the shop against the clock. They wait most of the time, but when they do not they want the processor to themselves, or they have
 * to be repeated at a slower pace. So they begin first, two at a time, beside the two slowest of the slow files, which run at a low priority.
 */
const live = [
  'test/shop/live/faults.kafka.test.ts',
  'test/shop/live/live-run.kafka.test.ts',
  'test/shop/live/crash-windows.kafka.test.ts',
  'test/shop/live/lost-answer.kafka.test.ts',
];

const besideLive = 2;
const firstFiles = [...live.slice(0, 2), ...slow.slice(0, besideLive), ...live.slice(2), ...slow.slice(besideLive)];

/** Live and slow files first, and between them, one by one, those with a broker, which wait more than they compute. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    let brokers = live.length + besideLive;
    const ranks = new Map(
      sorted.map(file => {
        const place = firstFiles.findIndex(name => file.moduleId === join(file.project.config.root, name));
        if (place >= 0) return [file, place];
        return [file, file.project.name === 'kafka' ? brokers++ + 0.5 : firstFiles.length];
      }),
    );
    return sorted.sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0));
  }
}

const common = {
  // Limits only end what hangs: a slow machine with busy neighbours takes ten times as long as one that is idle.
  testTimeout: 600_000,
  hookTimeout: 600_000,
  // By default one core is left idle. One file more than cores, since many wait. At most four cores: a container may see many and have few.
  maxWorkers: Math.min(availableParallelism(), 4) + 1,
};
const withBroker = { ...common, globalSetup: ['test/support/kafka/shared-broker.ts'] };
const kafka = 'test/**/*.kafka.test.ts';

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...common,
          name: 'plain',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, kafka, ...slow, ...alone],
        },
      },
      { test: { ...common, name: 'alone', include: alone } },
      { test: { ...common, name: 'slow', include: slow } },
      // These two begin with a broker, and say at the end if there could be none.
      { test: { ...withBroker, name: 'kafka', include: [kafka], exclude: live } },
      { test: { ...withBroker, name: 'live', include: live } },
    ],
  },
});
