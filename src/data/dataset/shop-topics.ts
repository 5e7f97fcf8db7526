import { commandLogTopic, eventTopic, serviceNames } from '../../broker/topics.ts';

/** The events topics of the shop's services, as a dataset without a topic prefix names them. */
export const shopEventTopics: readonly string[] = serviceNames.map(eventTopic);

/** The topics of the shop that a dataset holds, without a prefix. */
export const shopTopics: readonly string[] = [...shopEventTopics, commandLogTopic];

/** True for the topic in which the shop's services log the commands that they took; it may carry any prefix. */
export function isCommandLog(topic: string): boolean {
  return topic.endsWith(commandLogTopic);
}
