import { sha256 } from '../../base/hash.ts';
import { isObject } from '../../base/is-object.ts';
import { defaultPartitions } from '../services/partitions.ts';
import type { Scenario } from './scenario.ts';

/**
 * SHA-256 of a scenario as written, defaults filled in, in hexadecimal. Comments, order of keys and spelled-out defaults do not
 * change it; a seed or length of run given by a flag does.
 */
export function scenarioHash({ positions, partitions, ...written }: Scenario): string {
  // Scenarios had a hash before they could state partitions.
  const stated = partitions === defaultPartitions ? written : { ...written, partitions };
  return sha256(canonicalJson(stated));
}

/** JSON with keys in code-unit order and no spaces; canonicalJson({ b: 1, a: [] }) is '{"a":[],"b":1}'. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, node: unknown) =>
    isObject(node) ? Object.fromEntries(Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1))) : node,
  );
}
