import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectInDataset } from '../../app/detect-in-dataset.ts';
import { openEmbeddedSource } from '../../broker/embedded/embedded-log-source.ts';
import { collect } from '../../data/collector/collect.ts';
import { incidentsOf } from '../../lab/detectors/incidents.ts';
import type { Model } from '../../lab/detectors/model.ts';
import { formatAlarm, formatAlarmCount } from '../format-alarm.ts';
import type { Io } from '../io.ts';
import { openDataset } from '../open-dataset.ts';
import { watched } from '../watched-records.ts';

/** `cqshop detect series --broker embedded:DIR`: searches what is there, and prints the alarms. It does not grow, so nothing is followed or published. */
export async function detectOnEmbedded(
  { model, modelDir }: { readonly model: Model; readonly modelDir: string },
  dir: string,
  io: Io,
): Promise<number> {
  const source = openEmbeddedSource(dir);
  const interim = mkdtempSync(join(tmpdir(), 'cqshop-'));
  try {
    const out = join(interim, 'dataset');
    await collect(source, { out, signal: io.signal, onNote: io.warn });
    const { alarms } = await detectInDataset(model, watched(await openDataset(out, io), io, 'detecting'), {
      name: modelDir,
      onNote: note => io.warn(note.replaceAll(out, `embedded:${dir}`)),
    });
    const incidents = incidentsOf(alarms);
    io.result({ broker: `embedded:${dir}`, alarms }, () => [
      `${formatAlarmCount(alarms.length, incidents.length)} in embedded:${dir}`,
      ...incidents.map(incident => formatAlarm({ ...incident.best, ...incident }, io)),
    ]);
    return 0;
  } finally {
    await source.close();
    rmSync(interim, { recursive: true, force: true });
  }
}
