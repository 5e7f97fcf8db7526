import type { KafkaClient } from './connect-kafka.ts';
import { wholeLibrary } from './library/kafkajs.ts';
import { withAdmin } from './run-topics.ts';

export type AclOperation = 'read' | 'write';

/** What a user may do with a topic or a consumer group, by its full name. */
export type AclRule = {
  readonly user: string;
  readonly resource: 'topic' | 'group';
  readonly name: string;
  readonly operations: readonly AclOperation[];
};

/** Allows what the rules say, from any host. What is allowed already stays. @throws BROKER_REFUSED, BROKER_UNREACHABLE */
export async function allow(client: KafkaClient, rules: readonly AclRule[]): Promise<void> {
  await withAdmin(client, 'set rights on', admin => admin.createAcls({ acl: entriesOf(rules) }));
}

/** Rules as an admin takes them, one entry an operation. */
function entriesOf(rules: readonly AclRule[]) {
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = wholeLibrary();
  const operations = { read: AclOperationTypes.READ, write: AclOperationTypes.WRITE };
  const resources = { topic: AclResourceTypes.TOPIC, group: AclResourceTypes.GROUP };
  return rules.flatMap(({ user, resource, name, operations: allowed }) =>
    allowed.map(operation => ({
      principal: `User:${user}`,
      host: '*',
      permissionType: AclPermissionTypes.ALLOW,
      resourceType: resources[resource],
      resourceName: name,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      operation: operations[operation],
    })),
  );
}
