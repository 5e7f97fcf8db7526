import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEmbeddedSource } from '../../../src/broker/embedded/embedded-log-source.ts';
import type { MessageSource, PartitionOffsets } from '../../../src/broker/message-source.ts';
import { truthTopic } from '../../../src/broker/topics.ts';
import { collect } from '../../../src/data/collector/collect.ts';
import type { CollectOptions } from '../../../src/data/collector/collect-options.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { syntheticBroker } from '../../support/synthetic-run.ts';

/** A run of 40 visits, and its broker as another one would show it. */
function brokerWith(change: (range: PartitionOffsets) => PartitionOffsets | undefined, isFinished = true) {
  const dir = syntheticBroker({ visits: 40, isFinished });
  const whole = openEmbeddedSource(join(dir, 'broker'));
  const partitions = async () =>
    (await whole.partitions()).flatMap(range => {
      const changed = change(range);
      return changed === undefined ? [] : [changed];
    });
  return { dir, source: { ...whole, partitions } satisfies MessageSource };
}

function collectTo(dir: string, source: MessageSource, options: Partial<CollectOptions> = {}) {
  return collect(source, { out: join(dir, 'one'), ...options });
}

const isFirstOf = (topic: string) => (range: PartitionOffsets) => range.topic === topic && range.partition === 0;

test('a run whose first messages were deleted is rejected, the named topics of it too', async () => {
  const isCart = isFirstOf('cart-events');
  const { dir, source } = brokerWith(range => (isCart(range) ? { ...range, low: 10 } : range));
  for (const topics of [undefined, ['cart-events']]) {
    await expectCqshopError(
      () => collectTo(dir, source, { topics }),
      'MESSAGES_LOST',
      'cart-events/0',
      'begins at offset 10',
    );
  }
  const { manifest } = await collectTo(dir, source, { topics: ['warehouse-events'] });
  expect(manifest).not.toHaveProperty('deletedBefore');
});

test.each([true, false])('a run of which a topic vanished is refused, finished or not (%j)', async isFinished => {
  const { dir, source } = brokerWith(range => (range.topic === 'cart-events' ? undefined : range), isFinished);
  await expectCqshopError(() => collectTo(dir, source), 'MESSAGES_LOST', 'it has no cart-events');
  expect(existsSync(join(dir, 'one'))).toBe(false);
});

test('a run with fewer messages than it says it published is rejected, but for a subset only noted', async () => {
  const isCart = isFirstOf('cart-events');
  const { dir, source } = brokerWith(range => (isCart(range) ? { ...range, high: range.high - 3 } : range));
  await expectCqshopError(
    () => collectTo(dir, source),
    'MESSAGES_LOST',
    'the run published 400 messages, 397 are there',
  );
  rmSync(join(dir, 'one.partial'), { recursive: true });
  const { notes } = await collectTo(dir, source, { topics: ['warehouse-events'] });
  expect(notes).toEqual([expect.stringContaining('397 are there: whether messages of the named topics are missing')]);
});

test('strays in an inbox hide no messages that are missing elsewhere, where a live run counted by topic', async () => {
  const byTopic = { 'cart-events': 160, 'warehouse-events': 80, 'cart-commands': 80 };
  const changed = (missing: number) => {
    const there = brokerWith(range => {
      if (isFirstOf('cart-events')(range)) return { ...range, high: range.high - missing };
      return isFirstOf('cart-commands')(range) ? { ...range, high: range.high + 3 } : range;
    });
    const truth = join(there.dir, 'broker/cqshop-truth/0.jsonl');
    const counted = JSON.stringify({ messages: 400, byTopic });
    writeFileSync(truth, readFileSync(truth, 'utf8').replace('{"messages":400}', counted));
    return there;
  };
  const cut = changed(3);
  await expectCqshopError(
    () => collectTo(cut.dir, cut.source),
    'MESSAGES_LOST',
    'the run published 160 messages in cart-events, 157 are there',
  );
  rmSync(join(cut.dir, 'one.partial'), { recursive: true });
  expect((await collectTo(cut.dir, cut.source, { topics: ['warehouse-events'] })).notes).toEqual([]);
  const whole = changed(0);
  expect((await collectTo(whole.dir, whole.source)).notes).toEqual([expect.stringContaining('403 are there')]);
});

test('--follow waits for a named topic that is not there yet, and says so once', async () => {
  let looks = 0;
  const { dir, source } = brokerWith(range => (range.topic === 'warehouse-events' && looks < 3 ? undefined : range));
  const partitions = () => {
    looks += 1;
    return source.partitions();
  };
  const topics = ['warehouse-events'];
  await expectCqshopError(() => collectTo(dir, { ...source, partitions }, { topics }), 'USAGE', 'warehouse-events');
  looks = 0;
  const notes: string[] = [];
  const interrupt = new AbortController();
  const { manifest } = await collectTo(
    dir,
    { ...source, partitions },
    {
      ...{ topics, follow: true, signal: interrupt.signal },
      onNote: note => notes.push(note),
      onProgress: () => interrupt.abort(),
    },
  );
  expect(manifest.messages).toBeGreaterThan(0);
  expect(notes.filter(note => note.startsWith('waiting: Cannot collect topic'))).toHaveLength(1);
  await expect(
    collectTo(
      dir,
      { ...source, partitions },
      { topics: ['none'], follow: true, signal: AbortSignal.timeout(10), out: join(dir, 'two') },
    ),
  ).rejects.toThrow('aborted');
});

test('more messages than a run has published are noted: anybody can write into its topics', async () => {
  const { dir, source } = brokerWith(range => range);
  const truth = join(dir, 'broker/cqshop-truth/0.jsonl');
  const whole = readFileSync(truth, 'utf8');
  writeFileSync(truth, whole.replace('"data":{"messages":400}', '"data":{"messages":395}'));
  const { notes } = await collectTo(dir, source);
  expect(notes).toEqual([expect.stringContaining('published 395 messages, 400 are there: some came after its end')]);
});

test('an inbox that was deleted or cut takes nothing from a dataset', async () => {
  const cut = brokerWith(range => (range.topic === 'cart-commands' ? { ...range, low: range.high } : range));
  expect((await collectTo(cut.dir, cut.source)).notes).toEqual([]);
  const gone = brokerWith(range => (range.topic === 'cart-commands' ? undefined : range));
  expect((await collectTo(gone.dir, gone.source)).notes).toEqual([expect.stringContaining('cart-commands is gone')]);
});

test('retention of topics that cqshop did not write is ordinary: counted, and told by the dataset', async () => {
  const { dir, source } = brokerWith(range =>
    range.topic === 'cart-events' ? { ...range, low: range.partition } : undefined,
  );
  const { manifest } = await collectTo(dir, source);
  expect(manifest.deletedBefore).toBe(3);
  expect(readFileSync(join(dir, 'one/README.md'), 'utf8')).toContain('3 offsets');
});

test('a run that ends while Ctrl-C finishes its dataset is whole, or not called complete', async () => {
  const { dir, source } = brokerWith(range => range);
  const interrupt = new AbortController();
  const truthFirst: MessageSource = {
    ...source,
    read: ranges =>
      source.read(ranges.toSorted((a, b) => Number(b.topic === truthTopic) - Number(a.topic === truthTopic))),
  };
  const { manifest } = await collectTo(dir, truthFirst, {
    follow: true,
    signal: interrupt.signal,
    onProgress: () => interrupt.abort(),
  });
  expect(manifest).toMatchObject({ messages: 320, complete: true });
});

test('what could not be read is counted over a crash as without one', async () => {
  const { dir, source } = brokerWith(range => range);
  const mapped: MessageSource = {
    ...source,
    read: async function* (ranges) {
      for await (const batch of source.read(ranges)) {
        const found = { messages: batch.messages, first: `${batch.topic}/${batch.partition}` };
        yield { ...batch, unread: { 'no price at sum': found }, unreadable: { 'it is empty': found } };
      }
    },
  };
  let commits = 0;
  const onStep = (step: string) => {
    if (step === 'checkpoint committed' && ++commits === 3) throw new Error('crash');
  };
  const options = { checkpointBytes: 5000, mapping: { version: 1, fields: { price: 'sum' } } };
  await expect(collectTo(dir, mapped, { ...options, onStep })).rejects.toThrow('crash');
  const { manifest, resumedMessages } = await collectTo(dir, mapped, options);
  expect(resumedMessages).toBeGreaterThan(0);
  // Every row and the truth: 17 messages underway, a label, a near miss and the end. The last of what was collected is looked up again.
  expect(manifest).toMatchObject({
    ...{ unread: { 'no price at sum': 340 }, unreadable: { 'it is empty': { messages: 340 } } },
    ...{ unreadFirst: { 'no price at sum': expect.any(String) }, mapping: options.mapping },
  });
});

/** A broker that goes away at its so manieth question, as somebody presses Ctrl-C; a question that was begun gives a first batch. */
function goingAway(source: MessageSource, questions: number): { source: MessageSource; signal: AbortSignal } {
  const interrupt = new AbortController();
  let left = questions;
  const goAway = (): never => {
    interrupt.abort();
    throw interrupt.signal.reason;
  };
  const away: MessageSource = {
    ...source,
    partitions: async () => (--left < 0 ? goAway() : source.partitions()),
    read: async function* (ranges) {
      const isLast = --left < 0;
      for await (const batch of source.read(ranges)) {
        yield batch;
        if (isLast) goAway();
      }
    },
  };
  return { source: away, signal: interrupt.signal };
}

test.each<readonly [when: string, questions: number, messages: number]>([
  ['under the first reading', 2, 26],
  ['before the next one', 3, 320],
])(
  'Ctrl-C while the broker is away (%s) finishes what --follow has, and keeps it without',
  async (_when, questions, messages) => {
    const { dir, source } = brokerWith(range => range, false);
    const following = goingAway(source, questions);
    const { manifest, notes } = await collectTo(dir, following.source, { follow: true, signal: following.signal });
    expect(manifest).toMatchObject({ messages, complete: false });
    expect(notes).toEqual([expect.stringContaining('did not answer')]);
    if (questions > 2) return;
    rmSync(join(dir, 'one'), { recursive: true });
    const dumping = goingAway(source, questions);
    await expect(collectTo(dir, dumping.source, { signal: dumping.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    const { resumedMessages, manifest: whole } = await collectTo(dir, source);
    expect({ resumedMessages, messages: whole.messages }).toEqual({ resumedMessages: messages, messages: 320 });
  },
);

test('a run whose last word was read, and not all of the rest, is not called complete, also by who finishes it later', async () => {
  const { dir, source } = brokerWith(range => range);
  const truthFirst: MessageSource = {
    ...source,
    read: ranges =>
      source.read(ranges.toSorted((a, b) => Number(b.topic === truthTopic) - Number(a.topic === truthTopic))),
  };
  const { source: away, signal } = goingAway(truthFirst, 2);
  const options = { follow: true, signal, topics: undefined };
  const onStep = (step: string) => {
    if (step === 'target created') throw new Error('crash');
  };
  await expect(collectTo(dir, away, { ...options, onStep })).rejects.toThrow('crash');
  const { manifest, notes } = await collectTo(dir, source);
  expect(manifest).toMatchObject({ messages: 0, complete: false });
  expect(notes).toEqual([expect.stringContaining('did not answer')]);
});
