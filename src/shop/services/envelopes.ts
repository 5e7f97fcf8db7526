import type { Message } from '../../broker/message.ts';
import type { MessageIds } from '../../broker/message-id.ts';
import type { CommandDraft, EventDraft, Service } from './service.ts';

/**
 * The `ordinal`-th event that a service decides when it takes a command, at the command's time. Its id depends on the command alone, so it is
 * the same in virtual time and live, at the first try and at the second.
 */
export function eventMessage(
  { type, data }: EventDraft,
  from: {
    readonly service: Pick<Service, 'name'>;
    readonly ids: MessageIds;
    readonly command: Message;
    readonly ordinal: number;
  },
): Message {
  const { service, ids, command, ordinal } = from;
  return {
    kind: 'event',
    type,
    id: ids(command.id, type, ordinal),
    source: sourceOf(service),
    subject: command.subject,
    time: command.time,
    correlationid: command.correlationid,
    causationid: command.id,
    data,
  };
}

/** A command that a service gives to itself because of an event. Its id is made of the event's. */
export function commandMessage(
  { type, subject, data }: CommandDraft,
  from: {
    readonly service: Pick<Service, 'name'>;
    readonly id: string;
    readonly cause: Pick<Message, 'id' | 'correlationid'>;
    readonly timeMs: number;
  },
): Message {
  const { service, id, cause, timeMs } = from;
  return {
    kind: 'command',
    type,
    id,
    source: sourceOf(service),
    subject,
    time: timeMs,
    correlationid: cause.correlationid,
    causationid: cause.id,
    data,
  };
}

function sourceOf({ name }: Pick<Service, 'name'>): string {
  return `/services/${name}`;
}
