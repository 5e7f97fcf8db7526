import { commandTopic, eventTopic } from '../../../broker/topics.ts';
import { formatTable } from '../../../lab/report/terminal/table.ts';
import { wrapText } from '../../../lab/report/terminal/wrap-text.ts';
import { serviceNamed, services } from '../../../shop/services/registry.ts';
import { defineVerb } from '../../verb.ts';

/** `cqshop show service NAME`: its commands, its events, and the services that react to them. */
export const verb = defineVerb({
  arguments: [{ name: '<name>', description: 'a service from cqshop list services' }],
  examples: ['cqshop show service warehouse'],
  async run({ arguments: [name = ''] }, io) {
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
    io.result(shown, () => [
      wrapText(`${name}: ${description} One aggregate is one ${aggregate}.`, io.width),
      '',
      formatTable(
        [`commands (${shown.commandTopic})`, ''],
        shown.commands.map(row => [row.type, row.description]),
        io,
      ),
      '',
      formatTable(
        [`events (${shown.eventTopic})`, 'read by', ''],
        shown.events.map(row => [row.type, row.listeners.join(io.width === undefined ? ' ' : '\n'), row.description]),
        io,
      ),
      '',
      wrapText(`reacts to: ${shown.reactsTo.join(', ')}`, io.width, '  '),
    ]);
    return 0;
  },
});
