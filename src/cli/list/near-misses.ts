import { nearMissKinds } from '../../shop/near-misses/registry.ts';
import { formatTable } from '../table.ts';
import type { ListSubject } from './subjects.ts';

/** `cqshop list near-misses`. */
export const listNearMisses: ListSubject = async io => {
  const rows = nearMissKinds.map(({ id, title, description, taxonomy }) => ({ id, title, description, taxonomy }));
  io.result(rows, () =>
    formatTable(
      ['near miss', 'description'],
      rows.map(({ id, description }) => [id, description]),
      io,
    ),
  );
  return 0;
};
