import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startKafka } from '../../../scripts/kafka.js';
import { connectKafka } from '../../../src/broker/kafka/connect-kafka.ts';
import { GroupMember } from '../../../src/broker/kafka/group/group-member.ts';
import { withAdmin } from '../../../src/broker/kafka/run-topics.ts';
import { Secret } from '../../../src/broker/kafka/secret.ts';
import { services } from '../../../src/shop/services/registry.ts';
import { describeKafka, runCli, sharedUrl } from '../../support/kafka/broker.ts';
import { ServeProcess } from '../../support/live/serve-process.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const password = 'correct-horse-battery-staple';
const names = services.map(({ name }) => name);
const tiny =
  'version: 1\nname: tiny\ndescription: A day.\nseed: 1\nstart: 2026-03-02\ndays: 1\nscale: 0.05\nanomalies: []\n';

describeKafka('cqshop acls', () => {
  test('lets each service work with rights of its own, and only the cart read the commands of the cart', async () => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, 'tiny.yaml'), tiny);
    const users = ['admin', 'collector', ...names];
    const broker = await startKafka({
      dir: join(dir, 'kafka'),
      sasl: { mechanisms: ['SCRAM-SHA-512'], users: Object.fromEntries(users.map(user => [user, password])) },
      properties: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS;User:admin',
      },
    });
    try {
      const env = { CQSHOP_KAFKA_PASSWORD: password };
      const as = (user: string) => [
        ...['--broker', `kafka://${broker.bootstrap}`, '--topic-prefix', 'own-'],
        ...['--sasl', 'SCRAM-SHA-512', '--user', user],
      ];
      const run = (...words: readonly string[]) => runCli(words, { cwd: dir, env });
      expect(await run('acls', '--apply', ...as('admin'))).toMatchObject({ code: 0 });
      const session = ['--session-timeout', '20000'];
      const serving = await Promise.all(
        names.map(name => ServeProcess.start([name, ...as(name), ...session], undefined, env)),
      );
      const live = ['--live', '--external', '--speed', '1800', '--allow-lag', ...session];
      const simulated = await run('simulate', 'tiny.yaml', ...live, '--json', ...as('admin'));
      expect(simulated).toMatchObject({ code: 0 });
      expect(JSON.parse(simulated.stdout)).toMatchObject({ restarts: 0, doubled: 0 });
      for (const { ended } of serving) expect(await ended).toMatchObject({ code: 0 });
      expect(await run('collect', '--out', 'own', ...as('collector'))).toMatchObject({ code: 0 });

      const clientOf = (user: string) => {
        const sasl = { mechanism: 'SCRAM-SHA-512', username: user, password: new Secret(password) } as const;
        return connectKafka({ brokers: [broker.bootstrap], sasl }, 'own-');
      };
      const intruder = new GroupMember(await clientOf('order'), {
        ...{ groupId: 'cqshop-own-cart', topics: ['own-cart-commands'], partitions: 3, sessionTimeoutMs: 20_000 },
        ...{ onAssigned: () => undefined, onSuspend: async () => undefined },
      });
      const refusal = { code: 'BROKER_REFUSED', message: expect.stringContaining('GROUP_AUTHORIZATION_FAILED') };
      await expect(intruder.run(new AbortController().signal)).rejects.toMatchObject(refusal);

      const mayRead = async (user: string) => {
        const client = await clientOf(user);
        return withAdmin(client, 'read', admin => admin.fetchTopicOffsets('own-cart-commands')).then(
          () => 'allowed',
          error => error.code,
        );
      };
      const found = Object.fromEntries(
        await Promise.all(users.map(async user => [user, await mayRead(user)] as const)),
      );
      const expected = users.map(user => [user, ['admin', 'cart'].includes(user) ? 'allowed' : 'BROKER_REFUSED']);
      expect(found).toEqual(Object.fromEntries(expected));
    } finally {
      await broker.stop();
    }
  });

  test('names users as asked, and refuses those of no service, and a broker without rights', async () => {
    const { stdout } = await runCli(['acls', '--users', 'cart=alice', '--topic-prefix', 'x-', '--json']);
    const { rules } = JSON.parse(stdout);
    expect(rules).toContainEqual({
      ...{ user: 'alice', resource: 'topic', name: 'x-cart-commands', operations: ['read', 'write'] },
    });
    expect(rules.filter(({ name }: { name: string }) => name === 'x-cart-commands')).toHaveLength(1);
    expect(await runCli(['acls', '--apply', '--broker', sharedUrl])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('it has no rights to give'),
    });
    expect(await runCli(['acls', '--users', 'card=alice'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean cart?'),
    });
  });
});
