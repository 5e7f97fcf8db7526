import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import { cannot, writing } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import { readJsonFile } from '../../base/json-file.ts';
import { toolVersion } from '../../base/tool-version.ts';
import { makeDirectory, writeWhole } from '../../base/whole-file.ts';
import { joinScored, type ScoredSeeds } from './evaluate-seeds.ts';
import type { SweptRun } from './sweep.ts';

/** Which part of an evaluation: 2 of 8. */
export type Shard = { readonly index: number; readonly of: number };

/** What the shards of one evaluation have in common. */
const wholeSchema = z.object({
  command: z.string().describe('of the whole evaluation'),
  version: z.string(),
  made: z.string().describe('a digest of the code and the models'),
  anomalies: z.array(z.string()).readonly(),
  seeds: z.int().positive(),
  firstSeed: z.int(),
});
const shardSchema = wholeSchema.extend({
  shard: z.int().positive(),
  of: z.int().positive(),
  outcomes: z.string().describe('SHA-256 of the other file'),
});

export type WholeEvaluation = Readonly<z.infer<typeof wholeSchema>>;

/** What was scored. */
export type Scored = { readonly scored: ScoredSeeds; readonly swept?: readonly SweptRun[] };

const factsFile = 'shard.json';
const outcomesFile = 'outcomes.bin';

/** The seeds of an evaluation, or of a shard of it: every eighth one from the second on. */
export function seedsOf(whole: Pick<WholeEvaluation, 'seeds' | 'firstSeed'>, shard: Shard = { index: 1, of: 1 }) {
  const all = Array.from({ length: whole.seeds }, (_, index) => whole.firstSeed + index);
  return all.filter((_, index) => index % shard.of === shard.index - 1);
}

/** Writes what a shard scored, for `mergedShards`. @throws WRITE_FAILED */
export function writeShard(dir: string, whole: WholeEvaluation, { index, of }: Shard, scored: Scored): void {
  writing(`a shard to ${dir}`, () => {
    makeDirectory(dir);
    const outcomes = serialize(scored);
    writeWhole(join(dir, outcomesFile), outcomes);
    const facts: z.infer<typeof shardSchema> = { ...whole, shard: index, of, outcomes: sha256(outcomes) };
    writeWhole(join(dir, factsFile), `${JSON.stringify(facts, null, 2)}\n`);
  });
}

/**
 * Joins the shards of one evaluation.
 *
 * @param dirs in any order
 * @throws RESULTS_INVALID when one is missing, double, damaged or of another evaluation
 */
export function mergedShards(dirs: readonly string[]): Scored & { readonly whole: WholeEvaluation } {
  const shards = dirs.map(dir => ({ dir, facts: factsIn(dir) }));
  const [first] = shards;
  if (first === undefined) throw cannotMerge('no directory is named', 'the directories of all shards');
  for (const shard of shards) assertOfOneEvaluation(shard, first);
  const { of } = first.facts;
  const inOrder = Array.from({ length: of }, (_, index) => {
    const same = shards.filter(({ facts }) => facts.shard === index + 1);
    if (same.length > 1)
      throw cannotMerge(`${same.map(({ dir }) => dir).join(' and ')} are both shard ${index + 1}/${of}`, 'each once');
    return same;
  });
  const missing = inOrder.flatMap((found, index) => (found.length === 0 ? [`${index + 1}/${of}`] : []));
  if (missing.length > 0) throw cannotMerge(`no directory holds shard ${missing.join(', ')}`, 'all shards');
  const parts = inOrder.flat().map(({ dir, facts }) => outcomesIn(dir, facts.outcomes));
  const { shard: _, of: __, outcomes: ___, ...whole } = first.facts;
  const scored = joinScored(
    parts.map(part => part.scored),
    whole.anomalies,
  );
  const isSwept = parts.some(({ swept }) => swept !== undefined);
  return { whole, scored, ...(isSwept ? { swept: parts.flatMap(({ swept }) => swept ?? []) } : {}) };
}

type FoundShard = { readonly dir: string; readonly facts: z.infer<typeof shardSchema> };

function assertOfOneEvaluation({ dir, facts }: FoundShard, first: FoundShard): void {
  const differs = (what: string) => cannotMerge(`${dir} and ${first.dir} ${what}`, 'shards of one evaluation');
  if (facts.command !== first.facts.command)
    throw differs(`are of different commands, "${facts.command}" and "${first.facts.command}"`);
  if (facts.of !== first.facts.of) throw differs(`are one of ${facts.of} and one of ${first.facts.of} shards`);
  if (facts.made !== first.facts.made) throw differs('were made by different models or different code');
}

function cannotMerge(what: string, expected: string): Error {
  return cannot('RESULTS_INVALID', 'merge shards')(what, expected);
}

function factsIn(dir: string): FoundShard['facts'] {
  const about = { code: 'RESULTS_INVALID', what: 'shard', expected: 'what evaluate --shard writes' } as const;
  const facts = readJsonFile(join(dir, factsFile), shardSchema, about);
  const { version } = facts;
  if (version !== toolVersion) throw cannotRead(dir)(`version ${version} of cqshop wrote it, this is ${toolVersion}`);
  return facts;
}

function outcomesIn(dir: string, expected: string): Scored {
  const path = join(dir, outcomesFile);
  if (!existsSync(path)) throw cannotRead(dir)(`there is no ${outcomesFile}`);
  const bytes = readFileSync(path);
  if (sha256(bytes) !== expected) throw cannotRead(dir)(`${outcomesFile} is not what ${factsFile} says`);
  // The same version wrote it.
  return deserialize(bytes) as Scored;
}

function cannotRead(dir: string) {
  return (what: string) =>
    cannot('RESULTS_INVALID', `read shard ${dir}`)(what, 'a directory that evaluate --shard wrote');
}
