import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DirectCauses } from '../../../src/data/collector/direct-causes.ts';

type Row = { readonly timeMs: number; readonly id: string; readonly causationId: string };

function collected(rows: readonly Row[], roots: ReadonlyMap<string, readonly string[]>): string[] {
  const causes = new DirectCauses(roots);
  const found = [...rows.flatMap(row => causes.push(row.timeMs, row.id, row.causationId)), ...causes.finish()];
  return found.map(({ messageId, labelId }) => `${messageId} ${labelId}`);
}

/** By definition: a message has a label if walking back along its causes meets a root of it. */
function walkedBack(rows: readonly Row[], roots: ReadonlyMap<string, readonly string[]>): string[] {
  const causeOf = new Map(rows.map(row => [row.id, row.causationId]));
  return rows.flatMap(({ id }) => {
    const labels = new Set<string>();
    for (let at: string | undefined = id; at !== undefined; at = causeOf.get(at)) {
      for (const label of roots.get(at) ?? []) labels.add(label);
    }
    return [...labels].sort().map(label => `${id} ${label}`);
  });
}

test('DirectCauses finds what walking back from each message finds, also where effects precede causes in a millisecond', () => {
  const plan = fc.array(
    fc.record({ cause: fc.nat(), step: fc.nat({ max: 2 }), order: fc.nat(), root: fc.nat({ max: 9 }) }),
    {
      minLength: 1,
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(plan, steps => {
      const roots = new Map<string, string[]>();
      let timeMs = 0;
      const rows = steps.map(({ cause, step, order, root }, index) => {
        timeMs += step === 0 ? 1 : 0;
        if (root < 2) roots.set(`m${index}`, root === 0 ? ['a'] : ['b', 'a']);
        return { timeMs, id: `m${index}`, causationId: cause % 3 === 0 ? '' : `m${cause % Math.max(1, index)}`, order };
      });
      rows[0] = { timeMs: 0, id: 'm0', causationId: '', order: 0 };
      const sorted = rows.toSorted((x, y) => x.timeMs - y.timeMs || x.order - y.order);
      expect(collected(sorted, roots)).toEqual(walkedBack(sorted, roots));
    }),
    { seed: 3, numRuns: 500 },
  );
});

test('DirectCauses names a message once that is published to two topics', () => {
  const rows = [
    { timeMs: 1, id: 'a', causationId: '' },
    { timeMs: 2, id: 'a', causationId: '' },
    { timeMs: 2, id: 'b', causationId: 'a' },
  ];
  expect(collected(rows, new Map([['a', ['label']]]))).toEqual(['a label', 'b label']);
});
