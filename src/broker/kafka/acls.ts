import type { AclRule } from './acl-rule.ts';
import type { KafkaClient } from './connect-kafka.ts';
import { aclEntries } from './kafkajs.ts';
import { withAdmin } from './run-topics.ts';

/** Allows what the rules say, from any host. What is allowed already stays. @throws BROKER_REFUSED, BROKER_UNREACHABLE */
export async function allow(client: KafkaClient, rules: readonly AclRule[]): Promise<void> {
  await withAdmin(client, 'set rights on', admin => admin.createAcls({ acl: aclEntries(rules) }));
}
