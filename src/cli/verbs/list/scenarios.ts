import { formatTable } from '../../../lab/report/terminal/table.ts';
import { listScenarios } from '../../../shop/scenarios/find-scenario.ts';
import { readScenario } from '../../../shop/scenarios/read-scenario.ts';
import { defineVerb } from '../../verb.ts';

/** `cqshop list scenarios`: those in `./scenarios` and those that come with cqshop. */
export const verb = defineVerb({
  examples: ['cqshop list scenarios'],
  async run(_, io) {
    const rows = await Promise.all(
      (await listScenarios()).map(async ({ name, file }) => {
        const { days, seed, anomalies, nearMisses, description } = await readScenario(file);
        return { name, file, days, seed, anomalies: anomalies.length, nearMisses: nearMisses.length, description };
      }),
    );
    io.result(rows, () =>
      formatTable(
        ['scenario', 'days', 'seed', 'anomalies', 'near misses', 'description'],
        rows.map(row => [row.name, row.days, row.seed, row.anomalies, row.nearMisses, row.description]),
        io,
      ),
    );
    return 0;
  },
});
