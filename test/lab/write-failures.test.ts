import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { writeFailure } from '../../src/base/errors.ts';
import { readModel, writeModel } from '../../src/lab/detectors/model-files.ts';
import { detectors } from '../../src/lab/detectors/registry.ts';
import { scoreWriter, writeDetections } from '../../src/lab/detectors/write-detections.ts';
import { writeGate } from '../../src/lab/evaluation/gate-file.ts';
import { writeResults } from '../../src/lab/evaluation/results-file.ts';
import { writeRunReport } from '../../src/lab/report/report-files.ts';
import { expectCqshopError } from '../support/cqshop-error.ts';
import { sampleReportData } from '../support/sample-report-data.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const inTheWay = 'part of the path is a file, expected a directory';

test('whatever is written, the same words say that a file is in the way', async () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, 'mine');
  const gate = { format: 1, command: '', seeds: 1, firstSeed: 1, version: '', tolerance: 0, accepted: [] } as const;
  const model = await readModel(fileURLToPath(new URL('../../models/price-error', import.meta.url)), detectors);
  const below = join(file, 'below');
  const works: readonly (() => unknown)[] = [
    () => writeDetections(below, []),
    () => scoreWriter(below),
    () => writeGate(below, { ...gate, accepted: [] }),
    () => writeResults(below, { command: '', seed: 1, version: '', rows: [] }),
    () => writeRunReport(file, sampleReportData()),
    () => writeModel(below, model),
  ];
  for (const work of works) await expectCqshopError(work, 'WRITE_FAILED', inTheWay);
});

test('writeFailure says what is so where the system only names a call', () => {
  const cause = Object.assign(new Error("ENOENT: no such file or directory, open '/proc/x'"), {
    code: 'ENOENT',
    syscall: 'open',
  });
  expect(writeFailure('dataset /proc/x', cause)).toMatchObject({
    code: 'WRITE_FAILED',
    message: 'Cannot write dataset /proc/x: nothing can be created there, expected a place that you may write to',
  });
});
