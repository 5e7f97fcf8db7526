import { formatTable } from '../../../lab/report/terminal/table.ts';
import { services } from '../../../shop/services/registry.ts';
import { defineVerb } from '../../verb.ts';

/** `cqshop list services`. */
export const verb = defineVerb({
  examples: ['cqshop list services'],
  async run(_, io) {
    const rows = services.map(({ name, aggregate, commands, events, description }) => ({
      name,
      aggregate,
      commands: Object.keys(commands).length,
      events: Object.keys(events).length,
      description,
    }));
    io.result(rows, () =>
      formatTable(
        ['service', 'aggregate', 'commands', 'events', 'description'],
        rows.map(row => [row.name, row.aggregate, row.commands, row.events, row.description]),
        io,
      ),
    );
    return 0;
  },
});
