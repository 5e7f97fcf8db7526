import { detectors } from '../../../lab/detectors/registry.ts';
import { formatTable } from '../../../lab/report/table.ts';
import { defineVerb } from '../../verb.ts';

/** `cqshop list detectors`. */
export const verb = defineVerb({
  examples: ['cqshop list detectors'],
  async run(_, io) {
    const rows = detectors.map(({ id, anomaly, role, library, description, features, supervised }) => ({
      anomaly,
      id,
      role,
      library,
      supervised,
      windowMinutes: features.windowMs / 60_000,
      features: features.id,
      description,
    }));
    io.result(rows, () =>
      formatTable(
        ['anomaly', 'detector', 'role', 'library', 'window', 'description'],
        rows.map(row => [row.anomaly, row.id, row.role, row.library, `${row.windowMinutes} min`, row.description]),
        io,
      ),
    );
    return 0;
  },
});
