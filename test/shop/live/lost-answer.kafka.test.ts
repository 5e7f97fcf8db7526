import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { comesBackSoon, startKafka } from '../../../scripts/kafka.js';
import { connectKafka } from '../../../src/broker/kafka/connect-kafka.ts';
import { type Outgoing, Producer } from '../../../src/broker/kafka/producer.ts';
import { createRunTopics } from '../../../src/broker/kafka/run-topics.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { describeKafka } from '../../support/kafka/broker.ts';
import { readRun } from '../../support/live/audit.ts';

/** Virtual: more than `producer.id.expiration.ms` ago, so that a broker that restarts forgets who wrote it. */
const longAgoMs = Date.UTC(2020, 2, 2);

function outgoing(id: string): Outgoing {
  const attributes = { kind: 'event', type: 'Said', id, source: '/test', subject: 'a', time: longAgoMs } as const;
  return { topic: 'log', partition: 0, message: { ...attributes, correlationid: '', causationid: '', data: {} } };
}

describeKafka('a broker that dies after it took a request and before it said so', () => {
  test('has it once: it would not know the same request again', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'cqshop-lost-answer-'));
    const between: { port: number; isMuted: boolean; onMuted: () => void } = {
      port: 0,
      isMuted: false,
      onMuted: () => undefined,
    };
    const proxy = createServer(client => {
      const server = connect(between.port, '127.0.0.1');
      client.pipe(server);
      server.on('data', bytes => (between.isMuted ? between.onMuted() : client.write(bytes)));
      for (const [one, other] of [[client, server] as const, [server, client] as const]) {
        one.on('error', () => other.destroy()).on('close', () => other.destroy());
      }
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const address = proxy.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const properties = {
      ...comesBackSoon,
      'advertised.listeners': `CLIENT://127.0.0.1:${port},INTERNAL://127.0.0.1:1`,
    };
    let broker = await startKafka({ dir, properties });
    try {
      between.port = broker.port;
      const connection = { brokers: [`127.0.0.1:${port}`] };
      const client = await connectKafka(connection);
      await createRunTopics(client, new Map([['log', 1]]));
      const producer = await Producer.open(client, { permission: () => 'yes', repeats: false });
      await producer.send([outgoing('a')]);
      const isTaken = new Promise<void>(resolve => {
        between.onMuted = resolve;
      });
      between.isMuted = true;
      const sent = expectCqshopError(
        () => producer.send([outgoing('b')]),
        'BROKER_UNREACHABLE',
        'has not said whether',
      );
      await isTaken;
      await broker.kill();
      between.isMuted = false;
      broker = await startKafka({ dir, port: broker.port, properties });
      await sent;
      await producer.close();
      expect((await readRun(connection, '')).map(({ message }) => message.id)).toEqual(['a', 'b']);
    } finally {
      proxy.close();
      await broker.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
