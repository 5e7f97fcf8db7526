import { createServer, type Server, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { connectKafka } from '../../../src/broker/kafka/connect-kafka.ts';
import { findingsOf } from '../../../src/cli/doctor/check.ts';
import { runCommand } from '../../support/fake-host.ts';

/** Half a minute would do on a machine of its own. */
const patience = 300_000;

/** A port that takes connections and never says a word. */
async function withSilence<Result>(act: (address: string) => Promise<Result>): Promise<Result> {
  const sockets: Socket[] = [];
  const server: Server = createServer(socket => sockets.push(socket.on('error', () => undefined).resume()));
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  try {
    return await act(`127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

test(
  'a listener that takes connections and never answers is named, and the doctor does not advise to install anything',
  async () => {
    await withSilence(async address => {
      const [collected, findings] = await Promise.all([
        runCommand(['collect', '--out', 'x', '--broker', `kafka://${address}`]),
        findingsOf([
          {
            name: 'broker',
            run: () => connectKafka({ brokers: [address] }).then(() => ({ status: 'ok', found: '', advice: '' })),
          },
        ]),
      ]);
      expect(collected).toMatchObject({
        exitCode: 1,
        stderr: `error: Cannot reach kafka://${address}: it does not answer, expected a plaintext listener of a broker; --tls-ca for TLS\n`,
      });
      expect(findings).toMatchObject([{ status: 'failed', advice: expect.stringContaining('listener of a broker') }]);
    });
  },
  patience,
);

test(
  'what the doctor says of a broker that is not there does not send to the doctor',
  async () => {
    const { stdout } = await runCommand(['doctor', '--broker', 'kafka://127.0.0.1:9']);
    expect(stdout).toContain('no broker listens there');
    expect(stdout).not.toContain('cqshop doctor');
  },
  patience,
);
