import { anomalyKinds } from '../../shop/anomalies/registry.ts';
import { formatTable } from '../table.ts';
import type { ListSubject } from './subjects.ts';

/** `cqshop list anomalies`. */
export const listAnomalies: ListSubject = async io => {
  const rows = anomalyKinds.map(({ id, title, description, taxonomy, variants }) => ({
    id,
    title,
    description,
    taxonomy,
    variants,
  }));
  io.result(rows, () =>
    formatTable(
      ['anomaly', 'variants', 'description'],
      rows.map(({ id, variants, description }) => [id, Object.keys(variants).join(' '), description]),
      io,
    ),
  );
  return 0;
};
