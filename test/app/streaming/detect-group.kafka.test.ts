import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { simulatedRun } from '../../../src/app/experiment/simulated-run.ts';
import { openKafkaLog } from '../../../src/broker/kafka/kafka-log.ts';
import { createRunTopics } from '../../../src/broker/kafka/run-topics.ts';
import type { StoredMessage } from '../../../src/broker/message.ts';
import { detectionTopic } from '../../../src/broker/topics.ts';
import { loadedDetector, startDetection } from '../../../src/lab/detectors/detect.ts';
import { writeModel } from '../../../src/lab/detectors/model-files.ts';
import type { ResolvedScenario } from '../../../src/shop/scenarios/resolve-scenario.ts';
import { simulate } from '../../../src/shop/simulation/simulate.ts';
import { runTopics } from '../../../src/shop/simulation/virtual-shop.ts';
import { bareKafkajs } from '../../support/kafka/bare-kafkajs.ts';
import {
  connectShared,
  describeKafka,
  runCli,
  sharedConnection,
  sharedUrl,
  startCli,
} from '../../support/kafka/broker.ts';
import { readRun } from '../../support/live/audit.ts';
import { lowModel } from '../../support/low-model.ts';
import { anomaly, scenarioFor } from '../../support/run-scenario.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const topicPrefix = 'group-';
/** Ten times what an idle machine needs, and more. */
const patienceMs = 600_000;

/** How many events the alarms of a run have: two of each, one of those that are still open. */
async function alarmEventsOf(scenario: ResolvedScenario): Promise<number> {
  let closed = 0;
  const detection = startDetection([await loadedDetector(await lowModel())], scenario.startMs, {
    onAlarm: () => {
      closed += 1;
    },
  });
  for (const batch of simulatedRun(scenario).records) for (const record of batch) detection.push(record);
  return 2 * closed + detection.openAlarms().length;
}

describeKafka('cqshop detect --broker', () => {
  test(
    '--follow --group publishes each alarm once, also when one of the followers is killed and another one frozen',
    async () => {
      const dir = temporaryDirectory();
      await writeModel(join(dir, 'model'), await lowModel());
      const changes = { days: 3, scale: 0.4, anomalies: [anomaly({ at: '1d10h' })], nearMisses: [] };
      const scenario = await scenarioFor('stock-exhaustion', changes);
      const messages: StoredMessage[] = [];
      await simulate(scenario, {
        log: { append: stored => messages.push(stored), flush: () => undefined },
      });
      const client = await connectShared(topicPrefix);
      await createRunTopics(client, runTopics(scenario));
      const log = await openKafkaLog(client);
      const third = Math.ceil(messages.length / 3);
      const publishThird = async (index: number) => {
        for (const stored of messages.slice(index * third, (index + 1) * third)) log.append(stored);
        await log.drain();
      };
      await publishThird(0);

      const words = ['detect', 'stock-exhaustion', '--model', join(dir, 'model'), '--json', '--broker', sharedUrl];
      const follow = () =>
        startCli([...words, '--topic-prefix', topicPrefix, '--follow', '--group', 'g', '--session-timeout', '6000']);
      const published = async () =>
        (await readRun(sharedConnection, topicPrefix, topic => topic === detectionTopic)).map(
          ({ message }) => message.id,
        );
      const admin = bareKafkajs().admin();
      await admin.connect();
      onTestFinished(() => admin.disconnect());
      const untilMembers = async (count: number) => {
        for (;;) {
          const { groups } = await admin.describeGroups([`cqshop-${topicPrefix}detect-g-stock-exhaustion-rule`]);
          if (groups[0]?.state === 'Stable' && groups[0].members.length === count) return;
          await setTimeout(200);
        }
      };
      const [killed, left, frozen] = [follow(), follow(), follow()];
      await untilMembers(3);
      while ((await published()).length === 0) await setTimeout(200);
      killed.child.kill('SIGKILL');
      frozen.child.kill('SIGSTOP');
      await publishThird(1);
      // The group has removed both, after the session timeout.
      await untilMembers(1);
      frozen.child.kill('SIGCONT');
      await untilMembers(2);
      left.child.kill('SIGINT');
      expect(await left.ended).toMatchObject({ code: 0 });
      await publishThird(2);
      await log.close();

      const expected = await alarmEventsOf(scenario);
      expect(expected).toBeGreaterThan(20);
      while ((await published()).length < expected) {
        if (frozen.child.exitCode !== null) throw new Error((await frozen.ended).stderr);
        await setTimeout(200);
      }
      frozen.child.kill('SIGINT');
      expect(await frozen.ended).toMatchObject({ code: 0 });
      await killed.ended;
      // A run of its own would publish what is missing.
      expect(await runCli([...words, '--quiet', '--topic-prefix', topicPrefix])).toMatchObject({ code: 0 });
      const all = await published();
      expect({ all: all.length, ids: new Set(all).size }).toEqual({ all: expected, ids: expected });
    },
    patienceMs,
  );
});
