import { pluralize } from '../../base/words.ts';
import { unreadNote } from '../../broker/message-source.ts';
import type { Manifest } from '../dataset/manifest.ts';
import type { CausedCounts, Label, RunLag } from '../dataset/truth.ts';
import { loadLines } from './load-lines.ts';
import type { TruthContent } from './truth-content.ts';

/** `README.md` of a dataset: what it is, how to load it, how to make it again. */
export function writeDataCard(content: {
  readonly manifest: Omit<Manifest, 'files'>;
  readonly truth: TruthContent;
  readonly caused: CausedCounts;
}): string {
  const { manifest, truth, caused } = content;
  return `${[
    `# ${manifest.scenario ?? 'Messages'}: ${manifest.messages} messages, ${pluralize(manifest.labels, 'anomaly', 'anomalies')}`,
    '',
    introduction(manifest),
    ...gaps(manifest),
    '',
    '## Files',
    '',
    '- `events.csv`: one message a row, ordered by `time`, `topic`, `partition`, `offset`; `data` is the JSON payload. The only file that a detector may see.',
    '- `labels.jsonl`: one anomaly a line: [`start`, `end`] is the root cause, [`effect_start`, `effect_end`] what followed; `receipt` is what it was observed to do.',
    '- `near_misses.jsonl`: the same shape, for what looks unusual and must not alarm.',
    '- `caused.csv`: the messages that an anomaly caused: `direct` by the chain of `causationid` from its own acts; `effect` and `prevented` where the run was compared with its twin without anomalies.',
    ...(manifest.twin === true ? [twinNote] : []),
    '- `manifest.json`: the run, counts, offset ranges and the SHA-256 of every file.',
    '',
    ...loadLines(manifest),
    '## Messages',
    '',
    '| topic | type | messages |',
    '|---|---|---:|',
    ...Object.entries(manifest.topics).flatMap(([topic, types]) =>
      Object.entries(types).map(([type, messages]) => `| ${topic} | ${type} | ${messages} |`),
    ),
    '',
    '## Anomalies',
    '',
    ...labelTable(truth.labels, caused),
    '',
    '## Near misses',
    '',
    ...labelTable(truth.nearMisses, undefined),
    '',
    '## Make it again',
    '',
    ...reproduction(manifest),
    '',
    ...origin(manifest),
  ].join('\n')}\n`;
}

const twinNote = [
  '  Here it was: `effect` exists only with the anomalies, `prevented` only without them (and is in no row of `events.csv`). Messages are compared by `id`;',
  '  one which both worlds have with another time or other data is neither. A `direct` message is an `effect` too, unless it is only late. With',
  '  several anomalies, `effect` and `prevented` name the anomaly that had begun last, which is a convention; `direct` follows causes and is exact.',
].join('\n');

function introduction(manifest: Omit<Manifest, 'files'>): string {
  const span = `from ${manifest.start} to ${manifest.end}`;
  if (manifest.scenario === null)
    return `The messages of a broker's topics, ${span}. Nothing is known of how they came about.`;
  const cut = manifest.complete ? '' : ' **The run was cut off: messages and labels may be missing.**';
  const slow = manifest.lag === undefined ? '' : ` **${degradation(manifest.lag)}**`;
  const world = manifest.withoutAnomalies === true ? ', without its anomalies' : '';
  return `A simulated event-driven web shop, ${span} (virtual time, UTC): scenario \`${manifest.scenario}\`, seed ${manifest.seed}${world}, by cqshop ${manifest.simulatorVersion}.${cut}${slow}`;
}

function degradation({ mostMs, meanMs, answerMedianMs, answerHighMs }: RunLag): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  return `Degraded: the machine was too slow for this live run, so customers gave up who would not have. In virtual time, acts were late by ${seconds(meanMs)} (mean) to ${seconds(mostMs)} (longest), and commands were handled after ${seconds(answerMedianMs)} (median) to ${seconds(answerHighMs)} (95 %).`;
}

/** Only of simulated data is it known whom they describe, and what may be done with them. */
function origin({ scenario }: Omit<Manifest, 'files'>): string[] {
  return scenario === null
    ? [
        '## Origin',
        '',
        'Another system wrote these messages. cqshop does not know whom they describe, nor their licence. They may hold personal data.',
      ]
    : [
        '## Licence',
        '',
        'The data is generated, describes no real person and is dedicated to the public domain (CC0 1.0).',
      ];
}

/** What is missing from the data. */
function gaps({ deletedBefore, unread, unreadFirst, unreadable, partitions }: Omit<Manifest, 'files'>): string[] {
  const cut = partitions.filter(({ from }) => from > 0).map(({ topic, partition }) => `${topic}/${partition}`);
  const offsets = pluralize(deletedBefore ?? 0, 'offset');
  const list = (title: string, notes: readonly string[]) =>
    notes.length === 0 ? [] : ['', title, '', ...notes.map(note => `- ${note}`)];
  return [
    ...(deletedBefore === undefined
      ? []
      : ['', `Retention had deleted ${offsets} of ${cut.join(', ')} before the first message here.`]),
    ...list(
      'What could not be read of the messages:',
      Object.entries(unread ?? {}).map(([what, messages]) => unreadNote(what, messages, unreadFirst?.[what])),
    ),
    ...list(
      'Records that could not be read, and are not rows:',
      Object.entries(unreadable ?? {}).map(([what, { messages, first }]) => unreadNote(what, messages, first)),
    ),
  ];
}

function labelTable(labels: readonly Label[], caused: CausedCounts | undefined): string[] {
  if (labels.length === 0) return ['None.'];
  const head = [
    'id',
    caused === undefined ? 'kind' : 'anomaly',
    'variant',
    'intensity',
    'target',
    'start',
    'end',
    'effect until',
  ];
  const rows = labels.map(label => [
    label.id,
    label.anomaly,
    label.variant,
    label.intensity,
    label.target,
    label.start,
    label.end,
    label.effect_end,
    ...(caused === undefined ? [] : [String(caused.get(label.id)?.direct ?? 0)]),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(caused === undefined ? head : [...head, 'direct messages']),
    `|${'---|'.repeat(head.length)}${caused === undefined ? '' : '---:|'}`,
    ...rows.map(line),
  ];
}

function reproduction(manifest: Omit<Manifest, 'files'>): string[] {
  if (manifest.scenario === null) return ['Not possible: the messages come from elsewhere.'];
  const flags = [
    `--seed ${manifest.seed}`,
    `--start ${manifest.start}`,
    `--days ${manifest.days}`,
    ...(manifest.scale === undefined ? [] : [`--scale ${manifest.scale}`]),
    ...(manifest.withoutAnomalies === true ? ['--without-anomalies'] : []),
    ...(manifest.twin === true ? ['--twin'] : []),
  ];
  return [
    '```sh',
    `cqshop simulate ${manifest.scenarioFile ?? manifest.scenario} ${flags.join(' ')}`,
    `cqshop collect --out datasets/${manifest.scenario}`,
    '```',
    '',
    `With cqshop ${manifest.simulatorVersion} and the scenario whose SHA-256 is \`${manifest.scenarioHash}\`, the files are the same byte for byte.`,
  ];
}
