import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { dayMs, hourMs } from '../../../src/base/time.ts';
import { createRunTopics, deleteRunTopics, withAdmin } from '../../../src/broker/kafka/run-topics.ts';
import { foreignTimes } from '../../support/foreign-traffic.ts';
import {
  connectShared,
  describeKafka,
  patiently,
  runCli,
  sharedUrl,
  startCli,
  underPrefix,
} from '../../support/kafka/broker.ts';
import { publishForeign } from '../../support/kafka/publish-foreign.ts';
import { publishRecords } from '../../support/kafka/publish-records.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const startMs = Date.UTC(2026, 2, 2);
const testMs = startMs + 21 * dayMs;
const burst = { startMs: testMs + 3 * dayMs + 14 * hourMs, endMs: testMs + 3 * dayMs + 15.5 * hourMs, factor: 8 };
const silence = { startMs: testMs + 6 * dayMs + 13 * hourMs, endMs: testMs + 6 * dayMs + 16 * hourMs, factor: 1e-9 };

type Line = { readonly type: string; readonly id: string; readonly start: string; readonly end: string };

function linesOf(stdout: string): readonly Line[] {
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));
}

/** The moments that alarms are about: each must begin within one of them, and each of them have one. */
function whichOf(alarms: readonly { readonly start: string }[]): readonly string[] {
  return alarms.map(({ start }) => {
    const at = Date.parse(start);
    const within = ({ startMs: from, endMs: to }: typeof burst) => at >= from && at < to;
    return within(burst) ? 'burst' : within(silence) ? 'silence' : start;
  });
}

describeKafka('topics that cqshop did not write', () => {
  test('are collected, learnt from and searched, in a dataset, on the broker and while they grow', async () => {
    const dir = temporaryDirectory();
    const client = await connectShared();
    const partitions = new Map(['own-train', 'own-test', 'grow-train', 'grow-test'].map(topic => [topic, 3] as const));
    await createRunTopics(client, partitions);
    const times = foreignTimes({ seed: 2, startMs: testMs, days: 8, perHour: 80, disturbances: [burst, silence] });
    await publishForeign(client, 'own-train', foreignTimes({ seed: 1, startMs, days: 21, perHour: 80 }));
    await publishForeign(client, 'own-test', times);
    writeFileSync(join(dir, 'mapping.yaml'), 'version: 1\ntype: event.name\ntime: createdAt\n');
    const run = async (...words: readonly string[]) => {
      const result = await runCli([...words, '--quiet', '--json'], { cwd: dir });
      expect(result).toMatchObject({ code: 0, stderr: '' });
      return result.stdout;
    };
    const broker = ['--broker', sharedUrl];
    const mapped = [...broker, '--mapping', 'mapping.yaml'];
    const own = ['--topic-prefix', 'own-'];
    for (const name of ['train', 'test']) await run('collect', ...mapped, ...own, '--topics', name, '--out', name);
    const counted = ['--count-as', 'test=train'];
    for (const anomaly of ['traffic-intensity', 'workload-shape']) {
      await run('train', anomaly, '--dataset', 'train', '--out', anomaly);
      const { alarms } = JSON.parse(await run('detect', anomaly, '--dataset', 'test', '--model', anomaly, ...counted));
      const starts = alarms.map((alarm: { startMs: number }) => ({ start: new Date(alarm.startMs).toISOString() }));
      expect(whichOf(starts)).toEqual(['burst', 'silence']);
    }

    // Where there is nothing to detect on, nothing is made on the broker.
    const words = ['detect', 'traffic-intensity', '--model', 'traffic-intensity'];
    const refused = async (code: number, why: string, ...more: readonly string[]) => {
      const result = await runCli([...words, ...more, '--quiet'], { cwd: dir });
      expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(why) });
    };
    const typo = ['--topic-prefix', 'typo-'];
    await refused(2, 'Cannot detect on topic "train"', ...mapped, ...typo);
    await refused(2, 'it counts train, the data hold test, expected', ...mapped, ...own, '--topics', 'test');
    await refused(1, '--mapping FILE describes', ...broker, ...own, ...counted);
    expect(await runCli(['detect', 'price-error', ...broker, ...typo], { cwd: dir })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no events topics with prefix "typo-"'),
    });
    const topics = await withAdmin(client, 'list topics of', admin => admin.listTopics());
    expect(topics.filter(topic => /^(own|typo)-anomaly/.test(topic))).toEqual([]);

    // All alarms each time, each published once.
    const first = linesOf(await run(...words, ...mapped, ...own, ...counted));
    expect(whichOf(first.filter(({ type }) => type === 'AnomalyDetected'))).toEqual(['burst', 'silence']);
    expect(whichOf(first.filter(({ type }) => type === 'AnomalyEnded'))).toEqual(['burst', 'silence']);
    const again = await runCli([...words, ...mapped, ...own, ...counted, '--json'], { cwd: dir });
    expect(linesOf(again.stdout)).toEqual(first);
    expect(again.stderr).toMatch(/published 0, 4 were there already\n$/);

    // The same while the topic grows, in two steps, the second in the middle of the burst.
    const middle = times.findIndex(timeMs => timeMs > burst.startMs + 1.25 * hourMs);
    const grow = ['--topic-prefix', 'grow-', ...counted, '--follow', '--json'];
    const follower = startCli([...words, ...mapped, ...grow], { cwd: dir });
    let printed = '';
    const says = (count: number) =>
      new Promise<void>((resolve, reject) => {
        follower.child.on('exit', () => reject(new Error('the follower has ended')));
        const look = () => printed.split('\n').length > count && resolve();
        follower.child.stdout?.on('data', look);
        look();
      });
    follower.child.stdout?.on('data', chunk => {
      printed += String(chunk);
    });
    await publishForeign(client, 'grow-test', times.slice(0, middle));
    await says(1);
    // What ended a follower once, and each that came after it.
    await publishRecords('grow-test', [
      { value: '{"score":NaN}' },
      { value: '' },
      { value: '\u0000\u0000\u0000\u0000*abc' },
    ]);
    await publishForeign(client, 'grow-test', times.slice(middle));
    await says(4);
    follower.child.kill('SIGINT');
    const { code, stdout, stderr } = await follower.ended;
    expect({ code, stdout: linesOf(stdout) }).toEqual({ code: 0, stdout: first });
    expect(stderr).toContain(`looked at `);
    expect(stderr).toContain('a record is left out: its value holds NaN or Infinity, which JSON does not have, test/0');
    expect(stderr).toContain(
      'left out 1 record: its value looks like Avro with a schema id, or like Protobuf, first test/0',
    );
    const growing = ['--topic-prefix', 'grow-', ...counted];
    const behind = await runCli([...words, ...mapped, ...growing, '--json'], { cwd: dir });
    expect({ code: behind.code, stdout: linesOf(behind.stdout) }).toEqual({ code: 0, stdout: first });
    const strict = await runCli([...words, ...mapped, ...growing, '--strict'], { cwd: dir });
    expect(strict).toMatchObject({ code: 1, stderr: expect.stringContaining('NaN or Infinity') });

    await withAdmin(client, 'delete records of', async admin => {
      await admin.fetchTopicOffsets('own-test');
      await admin.deleteTopicRecords({ topic: 'own-test', partitions: [{ partition: 0, offset: '2' }] });
    });
    const aged = await runCli([...words, ...mapped, ...own, ...counted, '--quiet'], { cwd: dir });
    expect(aged.stderr).toContain('warning: 2 offsets were deleted before the first message that was read');

    // A partition that the topic gets meanwhile is read, too. A topic that is created again is not taken for the old one.
    const later = startCli([...words, ...mapped, ...grow], { cwd: dir });
    let told = '';
    later.child.stderr?.on('data', chunk => {
      told += String(chunk);
    });
    const said = (text: string) => vi.waitUntil(() => told.includes(text), patiently);
    await said('left out');
    // Retention deletes what the follower has read.
    await withAdmin(client, 'delete records of', async admin => {
      await admin.fetchTopicOffsets('grow-test');
      await admin.deleteTopicRecords({ topic: 'grow-test', partitions: [{ partition: 0, offset: '2' }] });
    });
    await publishRecords('grow-test', [{ value: '['.repeat(3000), partition: 0 }]);
    await said('a record is left out: its value is nested more than 2000 levels deep, test/0');
    await withAdmin(client, 'add partitions to', admin =>
      admin.createPartitions({ topicPartitions: [{ topic: 'grow-test', count: 4 }] }),
    );
    await said('test has got partition 3');
    await publishRecords('grow-test', [{ value: 'no JSON', partition: 3 }]);
    await said('a record is left out: its value is no JSON, test/3 offset 0');
    await deleteRunTopics(underPrefix(client, 'grow-'), ['test']);
    await createRunTopics(client, new Map([['grow-test', 4]]));
    expect(await later.ended).toMatchObject({ code: 1, stderr: expect.stringContaining('Cannot read grow-test/') });
  });
});
