import { mergedShards } from '../../app/experiment/shard-files.ts';
import type { Io } from '../io.ts';
import { checkOutputs, concludeEvaluation } from './conclude-evaluation.ts';
import { checkSeeds, type GateOptions, gateOfEvaluation } from './gate-of-evaluation.ts';

type Options = GateOptions & {
  readonly out: string | undefined;
  readonly overwrite: boolean;
};

/** `cqshop evaluate --merge DIR…`: the results of shards as those of the whole evaluation. */
export async function mergeShards(dirs: readonly string[], options: Options, io: Io): Promise<number> {
  const gate = await gateOfEvaluation(options);
  const merged = mergedShards(dirs);
  const { command, anomalies } = merged.whole;
  checkSeeds(gate, anomalies, merged.whole, io);
  checkOutputs(command, options);
  return concludeEvaluation(merged, { out: options.out, gate }, io);
}
