import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { type DetectOnBrokerOptions, detectOnBroker } from '../../../src/app/streaming/detect-on-broker.ts';
import { openEmbeddedSource } from '../../../src/broker/embedded/embedded-log-source.ts';
import { Producer } from '../../../src/broker/kafka/producer.ts';
import { detectionTopic } from '../../../src/broker/topics.ts';
import { collect } from '../../../src/data/collector/collect.ts';
import { FakeKafka } from '../../support/fake-kafka.ts';
import { lowModel } from '../../support/low-model.ts';
import { syntheticBroker } from '../../support/synthetic-run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

// Half a minute would be too long for a test.
vi.mock('node:timers/promises', async load => ({
  ...(await load<object>()),
  setTimeout: (_delay: number, value: unknown) => setImmediate(value),
}));

/** Keeps notes, and ends what it is given to at the first. */
function interrupted() {
  const interruption = new AbortController();
  const notes: string[] = [];
  const onNote = (note: string) => {
    notes.push(note);
    interruption.abort();
  };
  return { notes, onNote, signal: interruption.signal };
}

const topic = 'cart-events';

async function detected({ follow }: { readonly follow: boolean }) {
  const kafka = new FakeKafka(new Map([...[topic, detectionTopic].map(name => [name, 1] as const)]));
  const producer = await Producer.open(kafka.client());
  const attributes = { kind: 'event', source: '/test', subject: 'c', correlationid: '', causationid: '' } as const;
  const messages = [1, 2, 3].map(time => ({ ...attributes, type: 'CartOpened', id: `${time}`, time, data: {} }));
  await producer.send(messages.map(message => ({ topic, partition: 0, message })));
  kafka.openAt.set(topic, 1);
  const { notes, onNote, signal } = interrupted();
  const options: DetectOnBrokerOptions = {
    ...{ named: [topic], hint: '', follow, mapping: undefined, strict: false },
    signal: follow ? signal : new AbortController().signal,
    ...{ log: vi.fn(), tell: vi.fn(), onGap: vi.fn(), onUnread: vi.fn(), forTopics: vi.fn(), onDeleted: vi.fn() },
  };
  const { messages: read } = await detectOnBroker({ ...kafka.client(), onNote }, await lowModel(), options);
  return { notes, read };
}

test('detect --follow notes a transaction that stays open', async () => {
  expect(await detected({ follow: true })).toMatchObject({
    notes: [`2 offsets cannot be read yet: a transaction has been open for 30 s, first ${topic}/0 offset 1`],
  });
});

test('detect notes at its end what an open transaction holds back', async () => {
  expect(await detected({ follow: false })).toEqual({
    notes: [`left out 2 offsets in or after a transaction that is still open, first ${topic}/0 offset 1`],
    read: 1,
  });
});

test('collect --follow notes a transaction that stays open, and at its end what it holds back', async () => {
  const broker = openEmbeddedSource(join(syntheticBroker({ visits: 3, isFinished: false }), 'broker'));
  const { notes, onNote, signal } = interrupted();
  const source = { ...broker, heldBack: async () => [{ topic, partition: 1, from: 9, to: 12 }] };
  const { notes: atEnd } = await collect(source, {
    ...{ out: join(temporaryDirectory(), 'one'), follow: true, signal, onNote },
  });
  expect(notes).toEqual([
    `3 offsets cannot be read yet: a transaction has been open for 30 s, first ${topic}/1 offset 9`,
  ]);
  expect(atEnd).toContain(`left out 3 offsets in or after a transaction that is still open, first ${topic}/1 offset 9`);
});
