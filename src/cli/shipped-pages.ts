import { existsSync } from 'node:fs';
import { relativeToHere, shippedPath } from '../base/shipped-path.ts';
import type { Detector } from '../lab/detectors/detector.ts';

/** Detectors of one role share a page, except learners. */
const pageOfRole: Readonly<Partial<Record<Detector['role'], string>>> = {
  baseline: 'baselines',
  reference: 'controls',
  control: 'controls',
};

/** The name of a detector's page in `docs/detectors/`. */
export function detectorPage({ id, role }: Pick<Detector, 'id' | 'role'>): string {
  return pageOfRole[role] ?? id;
}

/** The path of a page that comes with cqshop, relative where that is shorter to read; undefined if there is no such page. */
export function shippedPage(folder: 'anomalies' | 'detectors', name: string): string | undefined {
  const page = shippedPath('docs', folder, `${name}.md`);
  return existsSync(page) ? relativeToHere(page) : undefined;
}
