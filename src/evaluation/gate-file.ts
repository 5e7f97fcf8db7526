import { readFile, rename, writeFile } from 'node:fs/promises';
import { CqshopError } from '../errors.ts';
import { type Gate, gateSchema } from './gate.ts';

/** @throws GATE_INVALID when it cannot be read or is no gate */
export async function readGate(path: string): Promise<Gate> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw invalid(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const parsed = gateSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(path, `"${issue?.path.join('.')}" is wrong (${issue?.message})`, parsed.error);
}

/** Writes the file whole or not at all. @throws WRITE_FAILED */
export async function writeGate(path: string, gate: Gate): Promise<void> {
  try {
    await writeFile(`${path}.partial`, `${JSON.stringify(gate, null, 2)}\n`);
    await rename(`${path}.partial`, path);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new CqshopError(
      'WRITE_FAILED',
      `Cannot write gate ${path}: ${what}, expected a directory that can be written`,
      { cause },
    );
  }
}

function invalid(path: string, what: string, cause: unknown): CqshopError {
  return new CqshopError(
    'GATE_INVALID',
    `Cannot read gate ${path}: ${what}, expected what cqshop evaluate --update-gate writes`,
    { cause },
  );
}
