import { expect, test } from 'vitest';
import { sendHeartbeats } from '../../../src/shop/live/heartbeat.ts';

test('a run says that it goes on until it is over, also after a broker was away', async () => {
  const said: string[] = [];
  const over = new AbortController();
  const publish = async (type: string) => {
    said.push(type);
    if (said.length === 2) throw new Error('away');
    if (said.length === 3) over.abort();
  };
  await sendHeartbeats({ publish }, over.signal, 1);
  expect(said).toEqual(['RunGoesOn', 'RunGoesOn', 'RunGoesOn']);
});
