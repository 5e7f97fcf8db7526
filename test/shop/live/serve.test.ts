import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { controlTopic } from '../../../src/broker/topics.ts';
import { ControlTopic } from '../../../src/shop/live/control-topic.ts';
import { liveTopics } from '../../../src/shop/live/live-run.ts';
import { serve } from '../../../src/shop/live/serve.ts';
import { serviceNamed } from '../../../src/shop/services/registry.ts';
import { FakeKafka } from '../../support/fake-kafka.ts';

describe('serve', () => {
  let kafka: FakeKafka;
  let control: ControlTopic;
  let stop: AbortController;
  let notes: string[];

  beforeEach(async () => {
    kafka = new FakeKafka(liveTopics({ partitions: 3 }));
    control = await ControlTopic.open(kafka.client());
    await control.publish('RunOpened', { seed: 1, partitions: 3, endMs: 3_600_000 });
    await control.until(({ opened }) => opened !== undefined);
    stop = new AbortController();
    notes = [];
  });

  afterEach(() => control.close());

  const start = (onNote: (text: string) => void = () => undefined, sessionTimeoutMs = 2000) =>
    serve({
      ...{ client: kafka.client(), topicPrefix: '', sessionTimeoutMs, signal: stop.signal },
      services: [serviceNamed('notification')],
      onNote: text => {
        notes.push(text);
        onNote(text);
      },
    });

  /** Serves until it is stopped. */
  const serving = (onNote?: (text: string) => void) =>
    expect(start(onNote)).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));

  test('goes on waiting where topics are deleted and created again while it looks for a run', async () => {
    await control.close();
    let looks = 0;
    kafka.before = ({ name, topics }) => {
      if (name !== 'fetch' || !topics.includes(controlTopic)) return;
      looks += 1;
      const answer = { name: 'KafkaJSProtocolError', type: 'OFFSET_OUT_OF_RANGE' };
      if (looks === 1) throw Object.assign(new Error('gone'), answer);
    };
    await serving(text => {
      if (text.startsWith('serving')) stop.abort();
    });
    expect(notes).toEqual([expect.stringContaining('waiting for a run'), 'serving notification']);
  });

  test('begins again however often the group removes a replica before it has begun', async () => {
    let joins = 0;
    kafka.before = ({ name }) => {
      if (name !== 'syncGroup') return;
      joins += 1;
      const answer = { name: 'KafkaJSProtocolError', type: 'UNKNOWN_MEMBER_ID' };
      if (joins <= 3) throw Object.assign(new Error('unknown'), answer);
    };
    const ended = serving();
    await Promise.race([ended, control.until(({ taken }) => taken.has('notification'))]);
    stop.abort();
    await ended;
    expect(joins).toBe(4);
  });

  test('ends when it is interrupted, although the broker has stopped answering', async () => {
    kafka.before = ({ name }) => {
      if (name !== 'heartbeat') return;
      stop.abort();
      return new Promise(() => undefined);
    };
    await expect(start(undefined, 500)).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('ends when it is interrupted while it looks for a run on a broker that has stopped answering', async () => {
    await control.close();
    kafka.before = ({ name }) => {
      if (name !== 'listOffsets') return;
      stop.abort();
      return new Promise(() => undefined);
    };
    await serving();
    expect(notes).toEqual([]);
  });

  test('fails if the run ends before a replica could join its group', async () => {
    let hasAsked: () => void = () => undefined;
    const asked = new Promise<void>(resolve => {
      hasAsked = resolve;
    });
    kafka.before = ({ name }) => {
      if (name !== 'findGroupCoordinator') return;
      hasAsked();
      throw Object.assign(new Error('no coordinator'), { name: 'KafkaJSGroupCoordinatorNotFound' });
    };
    const ended = expect(start()).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' });
    await asked;
    await control.publish('RunEnded', {});
    await ended;
  });
});
