import { once } from 'node:events';
import { expect, test } from 'vitest';
import { awaitServices } from '../../../src/shop/live/await-services.ts';
import type { ControlState } from '../../../src/shop/live/control-topic.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';

/** A run in which these services have taken these partitions, and no other will. */
function runWith(taken: Readonly<Record<string, readonly number[]>>) {
  const state: ControlState = {
    ...{ opened: undefined, clock: undefined, stopped: new Map(), finished: new Map(), repeated: 0, hasEnded: false },
    taken: new Map(Object.entries(taken).map(([service, partitions]) => [service, new Set(partitions)])),
  };
  const until = async (isSo: (now: ControlState) => boolean, signal = AbortSignal.abort()) => {
    if (isSo(state)) return state;
    if (!signal.aborted) await once(signal, 'abort');
    throw signal.reason;
  };
  return { state, until };
}

test('a run names the services without which it cannot begin', async () => {
  const notes: string[] = [];
  const waiting = { external: true, onNote: (note: string) => notes.push(note), signal: new AbortController().signal };
  const all = ['user-management', 'warehouse', 'order', 'payment', 'shipping', 'notification'];
  const begun = Object.fromEntries(all.map(name => [name, [0, 1, 2]]));
  await awaitServices(runWith({ ...begun, cart: [0, 1, 2] }), 3, waiting, 1);
  expect(notes).toEqual([]);
  await expectCqshopError(
    () => awaitServices(runWith({ ...begun, cart: [0, 2], order: [] }), 3, waiting, 1),
    'SERVICES_MISSING',
    'no process serves cart, order, expected cqshop serve cart order',
  );
  expect(notes).toEqual(['waiting for the services: cqshop serve']);
});
