import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inThousands } from '../../base/words.ts';
import { type Check, ok } from './check.ts';

const leastNode = { major: 20, minor: 19 } as const;

/** A run of some weeks with its dataset takes a few hundred MB. */
const freeMb = { needed: 200, comfortable: 1000 } as const;

/** Node's version, and room to write in the working directory. */
export const machineChecks: readonly Check[] = [
  { name: 'Node.js', run: async () => nodeVersion(process.versions.node) },
  { name: 'working directory', run: async () => room(process.cwd()) },
];

/** Whether a version of Node is new enough: 20.19 or later. */
export function nodeVersion(version: string): ReturnType<typeof ok> {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > leastNode.major || (major === leastNode.major && minor >= leastNode.minor);
  if (isEnough) return ok(version);
  return { status: 'failed', found: version, advice: `install Node ${leastNode.major}.${leastNode.minor} or newer` };
}

function room(dir: string): ReturnType<typeof ok> {
  try {
    // At once: Ctrl-C in between would leave the directory.
    const probe = mkdtempSync(join(dir, '.cqshop-doctor-'));
    try {
      writeFileSync(join(probe, 'probe'), '');
    } finally {
      rmSync(probe, { recursive: true, force: true });
    }
  } catch {
    return {
      status: 'failed',
      found: `${dir} cannot be written to`,
      advice: 'run cqshop in a directory that you may write to',
    };
  }
  const { bavail, bsize } = statfsSync(dir);
  return freeSpace(dir, Math.floor((bavail * bsize) / 1e6));
}

/** Whether so much free space [MB] is enough. */
export function freeSpace(dir: string, mb: number): ReturnType<typeof ok> {
  const found = `${dir}, ${inThousands(mb)} MB free`;
  if (mb >= freeMb.comfortable) return ok(found);
  const advice = `free some space: a run and its dataset take up to ${inThousands(freeMb.comfortable)} MB`;
  return { status: mb < freeMb.needed ? 'failed' : 'missing', found, advice };
}
