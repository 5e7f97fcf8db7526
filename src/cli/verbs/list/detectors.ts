import { minuteMs } from '../../../base/time.ts';
import { asSentence } from '../../../base/words.ts';
import { detectors, searchedAnomalies } from '../../../lab/detectors/registry.ts';
import { formatTable } from '../../../lab/report/terminal/table.ts';
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
      windowMinutes: features.windowMs / minuteMs,
      features: features.id,
      description,
    }));
    io.result(rows, () =>
      searchedAnomalies
        .map(anomaly => {
          const ofAnomaly = rows.filter(row => row.anomaly === anomaly);
          const cells = ofAnomaly.map(row => [
            row.id,
            row.role,
            `${row.windowMinutes} min`,
            asSentence(row.description),
          ]);
          return [io.colours.bold(anomaly), formatTable(['detector', 'role', 'window', 'description'], cells, io)].join(
            '\n',
          );
        })
        .join('\n\n'),
    );
    return 0;
  },
});
