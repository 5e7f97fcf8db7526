import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startKafka } from '../../../scripts/kafka.js';
import { describeKafka, runCli, sharedUrl } from '../../support/kafka/broker.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

type Finding = { readonly name: string; readonly status: string; readonly found: string; readonly advice: string };

async function doctor(words: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await runCli(['doctor', '--json', ...words], { cwd: temporaryDirectory(), env });
  const report: { ok: boolean; checks: Finding[] } = JSON.parse(stdout);
  const byName = Object.fromEntries(report.checks.map(finding => [finding.name, finding]));
  return { code, stderr, report, byName };
}

describeKafka('cqshop doctor', () => {
  test('finds a broker in good health, and every learning backend that cqshop comes with', async () => {
    const { code, stderr, report, byName } = await doctor(['--broker', sharedUrl, '--topic-prefix', 'doctor-']);
    expect({ code, stderr, ok: report.ok }).toEqual({ code: 0, stderr: '', ok: true });
    for (const name of ['Node.js', 'working directory', 'broker', 'topics', 'creating topics', 'publishing']) {
      expect(byName[name], name).toMatchObject({ status: 'ok', advice: '' });
    }
    for (const name of ['decision tree', 'one-class SVM', 'LSTM, WASM backend']) {
      expect(byName[name], name).toMatchObject({ status: 'ok' });
    }
    expect(byName.broker?.found).toContain(sharedUrl);
    expect(byName.topics?.found).toBe('0 topics with 0 messages');
    expect(byName['LSTM, node backend']?.status).not.toBe('failed');
  });

  test('exits 1 when the broker cannot be reached, and still looks at the rest', async () => {
    const { code, report, byName } = await doctor(['--broker', 'kafka://127.0.0.1:9']);
    expect({ code, ok: report.ok }).toEqual({ code: 1, ok: false });
    expect(byName.broker).toMatchObject({
      status: 'failed',
      found: expect.stringContaining('no broker listens there'),
    });
    expect(byName.topics?.status).toBe('missing');
    expect(byName['decision tree']?.status).toBe('ok');
  });

  test('says what a user may not do', async () => {
    const dir = temporaryDirectory();
    const broker = await startKafka({
      dir: join(dir, 'kafka'),
      sasl: { mechanisms: ['PLAIN'], users: { alice: 'a-password' } },
      properties: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS',
      },
    });
    try {
      const words = ['--broker', `kafka://${broker.bootstrap}`, '--sasl', 'PLAIN', '--user', 'alice'];
      const { code, byName } = await doctor(words, { CQSHOP_KAFKA_PASSWORD: 'a-password' });
      expect(code).toBe(1);
      expect(byName['creating topics']).toMatchObject({
        status: 'failed',
        found: expect.stringContaining('TOPIC_AUTHORIZATION_FAILED'),
        advice: expect.stringContaining('alice'),
      });
    } finally {
      await broker.stop();
    }
  });
});
