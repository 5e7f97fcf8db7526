import { expect, test } from 'vitest';
import { silentProgramNotes } from '../../../src/lab/report/silent-programs.ts';
import { resultRow } from '../../support/result-row.ts';

test('silentProgramNotes names each program that raised no alarm', () => {
  const external = { role: 'external', labels: 4 } as const;
  const rows = [
    resultRow({ detector: 'cart', labels: 4, alarms: 0 }),
    resultRow({ ...external, detector: 'mine', alarms: 0 }),
    resultRow({ ...external, detector: 'mine', alarms: 0, variant: 'fast-hoarder', intensity: 'subtle' }),
    resultRow({ ...external, detector: 'other', alarms: 1 }),
  ];
  expect(silentProgramNotes(rows)).toEqual([
    'stock-exhaustion: mine raised no alarm: nothing here scores above its threshold, which was chosen on clean runs.',
  ]);
});
