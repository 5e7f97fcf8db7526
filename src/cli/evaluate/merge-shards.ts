import { mergedShards } from '../../app/experiment/shard-files.ts';
import type { Io } from '../io.ts';
import { checkOutputs } from './check-outputs.ts';
import { concludeEvaluation } from './conclude-evaluation.ts';
import type { EvaluateOptions } from './evaluate-options.ts';
import { checkSeeds, gateOfEvaluation } from './gate-of-evaluation.ts';

/** `cqshop evaluate --merge DIR…`: the results of shards as those of the whole evaluation. */
export function mergeShards(dirs: readonly string[], options: EvaluateOptions, io: Io): number {
  const gate = gateOfEvaluation(options);
  const merged = mergedShards(dirs);
  const { command, anomalies } = merged.whole;
  checkSeeds(gate, anomalies, merged.whole, io);
  checkOutputs(command, options);
  return concludeEvaluation(merged, { out: options.out, gate }, io);
}
