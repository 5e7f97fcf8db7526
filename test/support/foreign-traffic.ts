import { join } from 'node:path';
import { dayMs, hourMs } from '../../src/base/time.ts';
import { openEmbeddedLog } from '../../src/broker/embedded/embedded-log.ts';
import { openEmbeddedSource } from '../../src/broker/embedded/embedded-log-source.ts';
import { collect } from '../../src/data/collector/collect.ts';
import { randomStreams } from '../../src/shop/engine/random.ts';

/** Where traffic is not as usual, by a factor. */
export type Disturbance = { readonly startMs: number; readonly endMs: number; readonly factor: number };

export type ForeignTraffic = {
  readonly seed: number;
  readonly startMs: number;
  readonly days: number;
  readonly perHour: number;
  readonly disturbances?: readonly Disturbance[];
};

const minuteMs = 60_000;

/** Times of messages of a system that is no shop: busy by day, quiet by night, quieter at weekends. In order. */
export function foreignTimes({ seed, startMs, days, perHour, disturbances = [] }: ForeignTraffic): readonly number[] {
  const random = randomStreams(seed).stream('foreign');
  const times: number[] = [];
  let dayFactor = 1;
  for (let minute = 0; minute < days * 1440; minute += 1) {
    const timeMs = startMs + minute * minuteMs;
    if (timeMs % dayMs === 0) dayFactor = 0.9 + 0.2 * random.uniform();
    const isWeekend = (Math.floor(timeMs / dayMs) + 3) % 7 >= 5;
    const hour = (timeMs % dayMs) / hourMs;
    const shape = (isWeekend ? 0.7 : 1) * (1 + 0.7 * Math.sin(((hour - 8) / 24) * 2 * Math.PI));
    const disturbed = disturbances.find(each => timeMs >= each.startMs && timeMs < each.endMs)?.factor ?? 1;
    const rate = (dayFactor * shape * disturbed * perHour) / 60;
    // Exponential gaps within the minute.
    for (let at = -Math.log(1 - random.uniform()) / rate; at < 1; at += -Math.log(1 - random.uniform()) / rate) {
      times.push(timeMs + Math.floor(at * minuteMs));
    }
  }
  return times;
}

/** A dataset of a system that is no shop: the times of the messages of each topic. */
export async function writeForeignDataset(
  dir: string,
  topics: Readonly<Record<string, readonly number[]>>,
): Promise<string> {
  const names = Object.keys(topics);
  const log = openEmbeddedLog(join(dir, 'broker'), {
    topics: new Map(names.map(name => [name, 1])),
    clusterId: 'somebody-elses-cluster',
  });
  for (const [topic, times] of Object.entries(topics)) {
    for (const [offset, time] of times.entries()) {
      const message = {
        ...{
          kind: 'event' as const,
          type: topic,
          id: `${topic}/0/${offset}`,
          source: `/topics/${topic}`,
          subject: 'u-1',
          time,
        },
        ...{ correlationid: '', causationid: '', data: {} },
      };
      log.append({ topic, partition: 0, offset, message });
    }
  }
  log.close();
  const out = join(dir, 'dataset');
  await collect(openEmbeddedSource(join(dir, 'broker')), { out, topics: names, toolVersion: '0.1.0' });
  return out;
}
