import { CqshopError } from '../../base/errors.ts';
import { type Dataset, readDataset } from '../../data/dataset/read-dataset.ts';
import { type CausedBy, readCaused } from '../../data/dataset/read-truth.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import { type MessageTree, readMessageTree } from './message-tree.ts';
import type { ShowSubject } from './subjects.ts';

/** `cqshop show message ID --dataset DIR`: the chain of causes, the message, and the tree of its consequences. */
export const showMessage: ShowSubject = async (id, options, io) => {
  if (options.dataset === undefined)
    throw new CqshopError('USAGE', `Cannot show message ${id}: no dataset is named, expected --dataset DIR`);
  const dataset = await readDataset(options.dataset);
  const tree = await readMessageTree(dataset, id, io.signal);
  const caused = await readCaused(dataset);
  io.result(toJson(tree, caused), () => toText(tree, dataset, caused, io.colours.bold));
  return 0;
};

/** Levels to which a chain of causes is indented: being a chain, it can be read without. */
const levelsOfCauses = 3;
/** Levels to which consequences are indented, so that all but the longest lines fit 120 columns; deeper ones say how deep they are. */
const mostLevels = 6;

type Caused = ReadonlyMap<string, readonly CausedBy[]>;

function toText(
  { causes, target, missingCause, effectsOf }: MessageTree,
  dataset: Dataset,
  caused: Caused,
  bold: (text: string) => string,
): string {
  const lines: string[] = [];
  const print = (record: EventRecord, level: number, mark: string) => {
    const text = `${'  '.repeat(level)}${mark}${record.type}`;
    const subject = `by ${record.source.replace(/^\/(services\/)?/, '')}, ${record.key}`;
    const truth = (caused.get(record.id) ?? []).map(({ labelId, relation }) => ` [${relation}: ${labelId}]`).join('');
    lines.push(
      `${new Date(record.timeMs).toISOString()}  ${record.id}  ${record === target ? bold(text) : text}  ${subject}${truth}`,
    );
  };
  const levelOf = (depth: number) => Math.min(depth, levelsOfCauses);
  const start = levelOf(causes.length);
  const printEffects = (record: EventRecord, depth: number) => {
    const level = start + depth;
    for (const effect of effectsOf(record)) {
      print(effect, Math.min(level, mostLevels), level > mostLevels ? `(${depth}) └ ` : '└ ');
      printEffects(effect, depth + 1);
    }
  };
  if (missingCause !== undefined) lines.push(`caused by ${missingCause}, which is not in ${dataset.dir}`);
  for (const [depth, cause] of causes.entries()) print(cause, levelOf(depth), depth === 0 ? '' : '└ ');
  print(target, start, '→ ');
  printEffects(target, 1);
  return lines.join('\n');
}

function toJson({ causes, target, missingCause, effectsOf }: MessageTree, caused: Caused): unknown {
  const one = (record: EventRecord) => ({
    id: record.id,
    time: new Date(record.timeMs).toISOString(),
    topic: record.topic,
    kind: record.kind,
    type: record.type,
    source: record.source,
    key: record.key,
    data: record.data,
    caused: caused.get(record.id) ?? [],
  });
  const withEffects = (record: EventRecord): unknown => ({
    ...one(record),
    effects: effectsOf(record).map(withEffects),
  });
  return { missingCause: missingCause ?? null, causes: causes.map(one), message: withEffects(target) };
}
