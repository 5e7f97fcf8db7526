import { readFile, rename, writeFile } from 'node:fs/promises';
import { badJsonLine } from '../../base/bad-json.ts';
import { CqshopError } from '../../base/errors.ts';
import { checked } from '../../base/schema-issues.ts';
import { readFailure } from '../../base/unreadable.ts';
import { writeFailure } from '../../base/write-failure.ts';
import { type Gate, gateSchema } from './gate.ts';

/** @throws GATE_INVALID when it cannot be read or is no gate */
export async function readGate(path: string): Promise<Gate> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw invalid(path, readFailure(cause), ours, cause);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const line = badJsonLine(text);
    throw invalid(line === undefined ? path : `${path}, line ${line}`, 'it is no JSON', ours, cause);
  }
  const gate = checked(gateSchema, json);
  if (gate.status === 'valid') return gate.value;
  throw invalid(path, gate.found, gate.expected);
}

const ours = 'what cqshop evaluate --update-gate writes';

/** Writes the file whole or not at all. @throws WRITE_FAILED */
export async function writeGate(path: string, gate: Gate): Promise<void> {
  try {
    await writeFile(`${path}.partial`, `${JSON.stringify(gate, null, 2)}\n`);
    await rename(`${path}.partial`, path);
  } catch (cause) {
    throw writeFailure(`gate ${path}`, cause);
  }
}

function invalid(place: string, what: string, expected: string, cause?: unknown): CqshopError {
  return new CqshopError('GATE_INVALID', `Cannot read gate ${place}: ${what}, expected ${expected}`, { cause });
}
