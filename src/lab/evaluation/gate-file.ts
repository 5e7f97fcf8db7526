import { readJsonFile } from '../../base/json-file.ts';
import { shippedUnlessThere } from '../../base/shipped-path.ts';
import { writeOut } from '../../base/whole-file.ts';
import { type Gate, gateSchema } from './gate.ts';

/** `models/accuracy.json` is always there: it comes with cqshop. @throws GATE_INVALID when it cannot be read or is not a gate */
export function readGate(path: string): Gate {
  const expected = 'what cqshop evaluate --update-gate writes';
  return readJsonFile(shippedUnlessThere(path), gateSchema, { code: 'GATE_INVALID', what: 'gate', expected });
}

/** Writes the file whole or not at all. @throws WRITE_FAILED */
export function writeGate(path: string, gate: Gate): void {
  writeOut(path, `${JSON.stringify(gate, null, 2)}\n`, `gate ${path}`);
}
