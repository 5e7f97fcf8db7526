import { type Dataset, readDataset } from '../../dataset/read-dataset.ts';
import { type CausedBy, readCaused } from '../../dataset/read-truth.ts';
import type { EventRecord } from '../../dataset/record.ts';
import { CqshopError } from '../../errors.ts';
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

type Caused = ReadonlyMap<string, readonly CausedBy[]>;

function toText(
  { causes, target, missingCause, effectsOf }: MessageTree,
  dataset: Dataset,
  caused: Caused,
  bold: (text: string) => string,
): string {
  const lines: string[] = [];
  const print = (record: EventRecord, depth: number, mark: string) => {
    const text = `${'  '.repeat(depth)}${mark}${record.type}`;
    const subject = `by ${record.source.replace(/^\/(services\/)?/, '')}, ${record.key}`;
    const truth = (caused.get(record.id) ?? []).map(({ labelId, relation }) => ` [${relation}: ${labelId}]`).join('');
    lines.push(
      `${new Date(record.timeMs).toISOString()}  ${record.id}  ${record === target ? bold(text) : text}  ${subject}${truth}`,
    );
  };
  const printEffects = (record: EventRecord, depth: number) => {
    for (const effect of effectsOf(record)) {
      print(effect, depth, '└ ');
      printEffects(effect, depth + 1);
    }
  };
  if (missingCause !== undefined) lines.push(`caused by ${missingCause}, which is not in ${dataset.dir}`);
  for (const [depth, cause] of causes.entries()) print(cause, depth, depth === 0 ? '' : '└ ');
  print(target, causes.length, causes.length === 0 ? '' : '└ ');
  printEffects(target, causes.length + 1);
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
