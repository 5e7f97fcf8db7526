import type { AclOperation, AclRule } from '../../broker/kafka/acls.ts';
import {
  commandLogTopic,
  commandTopic,
  controlTopic,
  eventTopic,
  serviceNames,
  type Topics,
  truthTopic,
} from '../../broker/topics.ts';
import { services } from '../services/registry.ts';
import type { Service } from '../services/service.ts';
import { groupIdOf, heardTopics } from './replica.ts';

/** The user of `cqshop collect`, beside one user for each service. */
export const collectorRole = 'collector';

/**
 * The least rights that `serve` of each service needs, and `collect`. Only a service may read its own inbox. The user of `simulate` is not
 * among them: it creates and deletes the topics, writes to all inboxes and reads all events, so it needs rights on everything under the prefix.
 *
 * @param userOf the user of a service, or of the collector
 */
export function accessRules(topics: Topics, userOf: (role: string) => string): readonly AclRule[] {
  const collected = [...serviceNames.map(eventTopic), commandLogTopic, truthTopic, controlTopic];
  const collector = collected.map(name => topicRule(userOf(collectorRole), topics.full(name), ['read']));
  return [...services.flatMap(service => rulesOf(service, topics, userOf(service.name))), ...collector];
}

function rulesOf(service: Service, topics: Topics, user: string): readonly AclRule[] {
  const own = [commandTopic(service.name), eventTopic(service.name), commandLogTopic, controlTopic];
  return [
    ...own.map(name => topicRule(user, topics.full(name), ['read', 'write'])),
    ...heardTopics(service).map(name => topicRule(user, topics.full(name), ['read'])),
    { user, resource: 'group', name: groupIdOf(service.name, topics), operations: ['read'] },
  ];
}

function topicRule(user: string, name: string, operations: readonly AclOperation[]): AclRule {
  return { user, resource: 'topic', name, operations };
}
