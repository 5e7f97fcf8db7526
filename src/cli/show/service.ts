import { commandTopic, eventTopic } from '../../broker/topics.ts';
import { serviceNamed, services } from '../../shop/services/registry.ts';
import { formatTable } from '../table.ts';
import type { ShowSubject } from './subjects.ts';

/** `cqshop show service NAME`: what it takes, what it publishes, and who listens. */
export const showService: ShowSubject = async (name, _options, io) => {
  const { description, aggregate, commands, events, reactions } = serviceNamed(name);
  const listenersOf = (event: string) =>
    services.filter(service => service.reactions[event] !== undefined).map(service => service.name);
  const shown = {
    name,
    description,
    aggregate,
    commandTopic: commandTopic(name),
    eventTopic: eventTopic(name),
    commands: Object.entries(commands).map(([type, schema]) => ({ type, description: schema.description ?? '' })),
    events: Object.entries(events).map(([type, schema]) => ({
      type,
      description: schema.description ?? '',
      listeners: listenersOf(type),
    })),
    reactsTo: Object.keys(reactions),
  };
  io.result(shown, () =>
    [
      `${name}: ${description} One aggregate is one ${aggregate}.`,
      '',
      formatTable(
        [`commands (${shown.commandTopic})`, ''],
        shown.commands.map(row => [row.type, row.description]),
        io,
      ),
      '',
      formatTable(
        [`events (${shown.eventTopic})`, 'services that react', ''],
        shown.events.map(row => [row.type, row.listeners.join(' '), row.description]),
        io,
      ),
      '',
      `reacts to: ${shown.reactsTo.join(', ')}`,
    ].join('\n'),
  );
  return 0;
};
