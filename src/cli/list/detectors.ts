import { detectors } from '../../lab/detectors/registry.ts';
import { formatTable } from '../table.ts';
import type { ListSubject } from './subjects.ts';

/** `cqshop list detectors`. */
export const listDetectors: ListSubject = async io => {
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
};
