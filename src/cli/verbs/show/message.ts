import { cannot } from '../../../base/errors.ts';
import { rfc3339 } from '../../../base/time.ts';
import { type Dataset, readDataset } from '../../../data/dataset/read-dataset.ts';
import { readCaused } from '../../../data/dataset/read-truth.ts';
import type { EventRecord } from '../../../data/dataset/record.ts';
import type { CausedBy } from '../../../data/dataset/truth.ts';
import { wrapText } from '../../../lab/report/terminal/wrap-text.ts';
import type { Io } from '../../io.ts';
import { formatOrigin, type MessageTree, readMessageTree } from '../../message-tree.ts';
import { text } from '../../option-values.ts';
import { option } from '../../options.ts';
import { defineVerb } from '../../verb.ts';

/** `cqshop show message ID --dataset DIR`: the chain of causes, the message, and the tree of its consequences. */
export const verb = defineVerb({
  description:
    'Prints the chain of causes of a message, the message itself (→) and the tree of its consequences. An only effect is on the line below its cause. Several effects are branches.',
  arguments: [{ name: '<id>', description: 'the id of a message in events.csv' }],
  options: { dataset: option('<dir>', 'the dataset that holds the message (required)', text) },
  examples: ['cqshop show message 5447a5ae9e0d5794 --dataset datasets/sample'],
  async run({ arguments: [id = ''], options }, io) {
    if (options.dataset === undefined)
      throw cannot('USAGE', `show message ${id}`)('no dataset is named', '--dataset DIR');
    const dataset = await readDataset(options.dataset);
    const tree = await readMessageTree(dataset, id, io.signal);
    const caused = await readCaused(dataset);
    io.result(toJson(tree, caused), () => toText(tree, dataset, caused, io));
    return 0;
  },
});

type Caused = ReadonlyMap<string, readonly CausedBy[]>;

function toText(
  { causes, target, missingCause, effectsOf }: MessageTree,
  dataset: Dataset,
  caused: Caused,
  { colours, width }: Pick<Io, 'colours' | 'width'>,
): string {
  const lines: string[] = [];
  let shownDate = '';
  const print = (record: EventRecord, lead: string) => {
    const text = `${lead}${record.type}`;
    const truth = (caused.get(record.id) ?? []).map(({ labelId, relation }) => ` [${relation}: ${labelId}]`).join('');
    const what = `${record === target ? colours.bold(text) : text}  ${formatOrigin(record)}`;
    const [date = '', time = ''] = rfc3339(record.timeMs).split('T');
    // In a terminal the date is a line of its own: most lines then fit into 80 columns.
    if (width !== undefined && date !== shownDate) lines.push(colours.dim(`${date}, UTC`));
    shownDate = date;
    const when = width === undefined ? rfc3339(record.timeMs) : time.slice(0, -1);
    lines.push(`${when}  ${record.id}  ${what}${truth}`);
  };
  // An only effect is not indented: chains of causation are longer than a line is wide.
  const printEffects = (record: EventRecord, indent: string) => {
    const effects = effectsOf(record);
    for (const [index, effect] of effects.entries()) {
      const [branch, below] =
        effects.length === 1 ? ['', ''] : index < effects.length - 1 ? ['├─ ', '│  '] : ['└─ ', '   '];
      print(effect, indent + branch);
      printEffects(effect, indent + below);
    }
  };
  if (missingCause !== undefined) lines.push(`caused by ${missingCause}, which is not in ${dataset.dir}`);
  for (const cause of causes) print(cause, '  ');
  print(target, '→ ');
  printEffects(target, '  ');
  return lines.map(line => wrapText(line, width, '    ')).join('\n');
}

function toJson({ causes, target, missingCause, effectsOf }: MessageTree, caused: Caused): unknown {
  const one = (record: EventRecord) => ({
    id: record.id,
    time: rfc3339(record.timeMs),
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
