import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { simulatedRun } from '../../../src/app/experiment/simulated-run.ts';
import { pluralize } from '../../../src/base/words.ts';
import { openKafkaLog } from '../../../src/broker/kafka/kafka-log.ts';
import { createRunTopics } from '../../../src/broker/kafka/run-topics.ts';
import { detectionTopic } from '../../../src/broker/topics.ts';
import { loadedDetector, startDetection } from '../../../src/lab/detectors/detect.ts';
import type { Alarm } from '../../../src/lab/detectors/detector.ts';
import { writeModel } from '../../../src/lab/detectors/model-files.ts';
import { simulate } from '../../../src/shop/simulation/simulate.ts';
import { runTopics } from '../../../src/shop/simulation/virtual-shop.ts';
import {
  connectShared,
  describeKafka,
  runCli,
  sharedConnection,
  sharedUrl,
  startCli,
  underPrefix,
} from '../../support/kafka/broker.ts';
import { readRun } from '../../support/live/audit.ts';
import { lowModel } from '../../support/low-model.ts';
import { anomaly, scenarioFor } from '../../support/run-scenario.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const topicPrefix = 'alarms-';
/** Ten times what an idle machine needs, and more. */
const patienceMs = 600_000;
const keyOf = ({ entity, startMs }: Alarm) => `${entity.type} ${entity.id} ${new Date(startMs).toISOString()}`;

describeKafka('cqshop detect --broker', () => {
  test(
    '--follow finds what is found in the recorded run, and publishes each once, however often it is killed',
    async () => {
      const dir = temporaryDirectory();
      const model = await lowModel();
      await writeModel(join(dir, 'model'), model);
      const scenario = await scenarioFor('stock-exhaustion', {
        days: 3,
        scale: 0.4,
        anomalies: [anomaly({ at: '1d10h' })],
        nearMisses: [],
      });
      const alarms: Alarm[] = [];
      const detection = startDetection([await loadedDetector(model)], scenario.startMs, {
        onAlarm: alarm => alarms.push(alarm),
      });
      let lastMs = 0;
      let looked = 0;
      for (const batch of simulatedRun(scenario).records) {
        for (const record of batch) detection.push(record);
        looked += batch.length;
        lastMs = batch.at(-1)?.timeMs ?? lastMs;
      }
      const closed = [...alarms];
      const open = detection.openAlarms();
      detection.finish(lastMs + 1);
      expect(closed.length).toBeGreaterThan(10);

      const words = ['detect', 'stock-exhaustion', '--model', join(dir, 'model'), '--json', '--broker', sharedUrl];
      const follow = () => {
        const follower = startCli([...words, '--follow', '--topic-prefix', topicPrefix]);
        let said = '';
        follower.child.stderr?.on('data', chunk => {
          said += String(chunk);
        });
        return { ...follower, said: () => said };
      };
      const client = await connectShared();
      let follower = follow();
      const printed: string[] = [];
      await createRunTopics(underPrefix(client, topicPrefix), runTopics(scenario));
      const log = await openKafkaLog(underPrefix(client, topicPrefix));
      let isRunning = true;
      const running = simulate(scenario, { log }).finally(() => {
        isRunning = false;
      });
      running.catch(() => undefined);
      const published = () => readRun(sharedConnection, topicPrefix, topic => topic === detectionTopic);
      const all = 2 * closed.length + open.length;
      // By the last of them everything was looked at: whatever would come twice has come.
      const hasSeenAll = () =>
        follower.said().includes(`looked at ${pluralize(looked, 'message')} `) && follower.said().includes(' 0 wait');
      for (let kills = 0; ; ) {
        if (!isRunning) await running;
        const count = (await published()).length;
        if (count >= all && kills === 3 && !isRunning && hasSeenAll()) break;
        // The first time in the middle, later perhaps after the last one.
        if (kills < 3 && count > kills) {
          kills += 1;
          follower.child.kill('SIGKILL');
          printed.push((await follower.ended).stdout);
          follower = follow();
        }
        // A follower that ended by itself would leave this waiting for ever.
        if (follower.child.exitCode !== null) throw new Error((await follower.ended).stderr);
        await setTimeout(200);
      }
      await log.close();
      follower.child.kill('SIGINT');
      const { code, stdout, stderr } = await follower.ended;
      // No warning, as of messages that came late.
      expect({ code, warnings: stderr.replace(/^(waiting for|looked at) .*\n/gm, '') }).toEqual({
        code: 0,
        warnings: '',
      });
      printed.push(stdout);

      const events = (await published()).map(({ message }) => message);
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      const of = (type: string) =>
        events
          .filter(event => event.type === type)
          .map(({ subject, data }) => `${Object(data.entity).type} ${subject} ${data.start}`)
          .sort();
      expect(of('AnomalyDetected')).toEqual([...closed, ...open].map(keyOf).sort());
      expect(of('AnomalyEnded')).toEqual(closed.map(keyOf).sort());
      const ended = events.filter(({ type }) => type === 'AnomalyEnded');
      for (const alarm of closed) {
        const event = ended.find(
          ({ data }) =>
            `${Object(data.entity).type} ${data.entity && Object(data.entity).id} ${data.start}` === keyOf(alarm),
        );
        expect(event?.data).toMatchObject({
          anomaly: 'stock-exhaustion',
          detector: 'rule',
          end: new Date(alarm.endMs).toISOString(),
          score: alarm.score,
          evidence: alarm.evidence.text,
        });
      }
      const lines = printed.flatMap(text =>
        text
          .trimEnd()
          .split('\n')
          .filter(line => line !== ''),
      );
      const ids = lines.map(line => JSON.parse(line).id);
      expect(new Set(ids).size).toBe(ids.length);

      // Without --follow the reading ends, and so do the alarms still open; all are told, those are not published.
      const rest = await runCli([...words, '--quiet', '--topic-prefix', topicPrefix]);
      expect(rest).toMatchObject({ code: 0, stderr: '' });
      expect(rest.stdout.split('\n').filter(line => line.includes('AnomalyEnded'))).toHaveLength(alarms.length);
      expect(rest.stdout.match(/"AnomalyEnded".*"provisional":true/g)).toHaveLength(alarms.length - closed.length);
      expect(open.length).toBeGreaterThan(0);
      expect((await published()).map(({ message }) => message.id).sort()).toEqual(events.map(({ id }) => id).sort());
    },
    patienceMs,
  );
});
