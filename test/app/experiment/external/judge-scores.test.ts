import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scoreExternal, tallyExternal } from '../../../../src/app/experiment/external/judge-scores.ts';
import { minuteMs, rfc3339 } from '../../../../src/base/time.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const of = { run: 'sample', dataset: 'datasets/sample', detector: 'mine' };

/** A file with a score of 2 for each entity and window, of `minutes` from each start on. */
function scoresOf(entities: readonly string[], starts: readonly number[], minutes: number): string {
  const rows = starts.flatMap(startMs =>
    entities.map(entity => `${rfc3339(startMs)},${rfc3339(startMs + minutes * minuteMs)},${entity},2`),
  );
  const path = join(temporaryDirectory(), 'scores.csv');
  writeFileSync(path, ['start,end,entity_type,entity_id,score', ...rows].join('\n'));
  return path;
}

test('scoreExternal: short windows do not make many right alarms of one', async () => {
  const begin = Date.parse('2026-03-03T09:00:00Z');
  const everyOther = Array.from({ length: 60 }, (_, index) => begin + 2 * index * minuteMs);
  const scores = scoresOf(['user,u-a0c81008b480'], everyOther, 1);
  const { outcome } = await scoreExternal({ ...of, anomaly: 'stock-exhaustion', scores, threshold: 1 });
  expect(outcome).toMatchObject({ rightAlarms: [expect.anything()], falseAlarms: 0 });
});

test('tallyExternal: the threshold is for the alarms of the whole shop, whatever its rows name', async () => {
  const scores = scoresOf(['service,cart', 'service,order'], [Date.parse('2026-03-03T09:00:00Z')], 15);
  const { runs, windowMs, alarmGapMs } = await tallyExternal({ ...of, anomaly: 'traffic-intensity', scores });
  expect({ windowMs, alarmGapMs }).toEqual({ windowMs: 15 * minuteMs, alarmGapMs: 180 * minuteMs });
  expect(runs.flat().map(({ entity }) => entity)).toEqual(['shop/shop', 'shop/shop']);
});
