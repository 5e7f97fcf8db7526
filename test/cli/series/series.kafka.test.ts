import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dayMs, hourMs } from '../../../src/base/time.ts';
import { createRunTopics } from '../../../src/broker/kafka/run-topics.ts';
import type { Entity } from '../../../src/data/dataset/truth.ts';
import { foreignTimes } from '../../support/foreign-traffic.ts';
import { connectShared, describeKafka, runCli, sharedUrl, startCli } from '../../support/kafka/broker.ts';
import { publishForeign } from '../../support/kafka/publish-foreign.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const startMs = Date.UTC(2026, 2, 2);
const testMs = startMs + 21 * dayMs;
const burst = { startMs: testMs + 3 * dayMs + 14 * hourMs, endMs: testMs + 3 * dayMs + 15.5 * hourMs, factor: 8 };
const silence = { startMs: testMs + 6 * dayMs + 13 * hourMs, endMs: testMs + 6 * dayMs + 17 * hourMs, factor: 1e-9 };

type Line = { readonly type: string; readonly start: string; readonly entity: Entity };

function eventsOf(stdout: string): readonly string[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => {
      const { type, start, entity }: Line = JSON.parse(line);
      const at = Date.parse(start);
      const which = [burst, silence].find(({ startMs: from, endMs: to }) => at >= from && at < to);
      return `${type} ${entity.type} ${entity.id} ${which === burst ? 'burst' : which === silence ? 'silence' : start}`;
    });
}

describeKafka('series of Kafka topics', () => {
  test('are learnt from a collected topic, and searched on the broker and while they grow', async () => {
    const dir = temporaryDirectory();
    const client = await connectShared();
    await createRunTopics(client, new Map(['series-train', 'series-test', 'seriesgrow-test'].map(name => [name, 2])));
    const times = foreignTimes({ seed: 2, startMs: testMs, days: 8, perHour: 80, disturbances: [burst, silence] });
    await publishForeign(client, 'series-train', foreignTimes({ seed: 1, startMs, days: 21, perHour: 80 }));
    await publishForeign(client, 'series-test', times);
    writeFileSync(join(dir, 'mapping.yaml'), 'version: 1\ntype: event.name\ntime: createdAt\n');
    const run = async (...words: readonly string[]) => {
      const result = await runCli([...words, '--quiet', '--json'], { cwd: dir });
      expect(result).toMatchObject({ code: 0, stderr: '' });
      return result.stdout;
    };
    const mapped = ['--broker', sharedUrl, '--mapping', 'mapping.yaml'];
    const own = ['--topic-prefix', 'series-'];
    await run('collect', ...mapped, ...own, '--topics', 'train', '--out', 'train');
    await run('train', 'series', '--dataset', 'train', '--out', 'model');
    const words = ['detect', 'series', '--model', 'model', ...mapped, '--count-as', 'test=train'];
    const found = await run(...words, ...own);
    const expected = ['burst', 'silence'].flatMap(which =>
      ['AnomalyDetected', 'AnomalyEnded'].map(type => `${type} channel train ${which}`),
    );
    expect(eventsOf(found)).toEqual(expected);

    const follower = startCli([...words, '--topic-prefix', 'seriesgrow-', '--follow', '--json'], { cwd: dir });
    let printed = '';
    const all = new Promise<void>((resolve, reject) => {
      follower.child.on('exit', () => reject(new Error('the follower has ended')));
      follower.child.stdout?.on('data', chunk => {
        printed += String(chunk);
        if (printed.split('\n').length > expected.length) resolve();
      });
    });
    const middle = times.findIndex(timeMs => timeMs > burst.startMs + hourMs);
    await publishForeign(client, 'seriesgrow-test', times.slice(0, middle));
    await publishForeign(client, 'seriesgrow-test', times.slice(middle));
    await all;
    follower.child.kill('SIGINT');
    const { code, stdout } = await follower.ended;
    expect({ code, events: eventsOf(stdout) }).toEqual({ code: 0, events: expected });
  });
});
