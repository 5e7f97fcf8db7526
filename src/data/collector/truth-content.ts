import { type Cannot, cannot } from '../../base/errors.ts';
import { checked } from '../../base/schema-issues.ts';
import { isTruthType, type Label, type RunLag, type Truth, type TruthType, truthSchemas } from '../dataset/truth.ts';
import type { MergedMessage } from './partition-lines.ts';

/** What the truth topic says about a run, without the twin's differences, which may be many. */
export type TruthContent = {
  readonly run: Truth<'RunStarted'> | undefined;
  readonly isFinished: boolean;
  /** As RunFinished says: messages of all topics but the truth's, private ones too; undefined before. */
  readonly published: number | undefined;
  /** The same by topic, of a live run. */
  readonly publishedIn?: Readonly<Record<string, number>> | undefined;
  /** How late a live run was that was too slow for its customers. */
  readonly degradedBy?: RunLag | undefined;
  /** Ordered by start, then id. */
  readonly labels: readonly Label[];
  readonly nearMisses: readonly Label[];
  /** Label ids by the id of the message that is a causal root. */
  readonly roots: ReadonlyMap<string, readonly string[]>;
};

/** @throws BROKER_CORRUPT when a message is not as `truthSchemas` says, or two runs share the topic */
export function readTruthContent(messages: Iterable<MergedMessage>): TruthContent {
  let run: Truth<'RunStarted'> | undefined;
  let published: number | undefined;
  let publishedIn: TruthContent['publishedIn'];
  let degradedBy: RunLag | undefined;
  const labels = new Map<string, Label>();
  const nearMisses = new Map<string, Label>();
  const roots = new Map<string, string[]>();
  for (const message of messages) {
    const type = truthTypeOf(message);
    switch (type) {
      case 'RunStarted':
        if (run !== undefined) throw corrupt(message)('a second run begins here', 'one run a topic prefix');
        run = parseTruth('RunStarted', message);
        break;
      case 'CausalRootDeclared': {
        const { messageId, labelId } = parseTruth('CausalRootDeclared', message);
        const declared = roots.get(messageId) ?? [];
        if (!declared.includes(labelId)) declared.push(labelId);
        roots.set(messageId, declared);
        break;
      }
      case 'LabelDeclared': {
        const label = parseTruth('LabelDeclared', message);
        labels.set(label.id, label);
        break;
      }
      case 'NearMissDeclared': {
        const nearMiss = parseTruth('NearMissDeclared', message);
        nearMisses.set(nearMiss.id, nearMiss);
        break;
      }
      case 'RunFinished':
        ({ messages: published, byTopic: publishedIn, lag: degradedBy } = parseTruth('RunFinished', message));
        break;
      case 'TwinDifferenceFound':
        break;
    }
  }
  const isFinished = published !== undefined;
  if (isFinished) assertKnownLabels(roots, labels);
  return {
    ...{ run, isFinished, published, publishedIn, degradedBy, roots },
    ...{ labels: inOrder(labels), nearMisses: inOrder(nearMisses) },
  };
}

/** Labels or near misses as the text of their file. */
export function labelLines(labels: readonly Label[]): string {
  return labels.map(label => `${JSON.stringify(label)}\n`).join('');
}

/** The twin's differences, in the order in which they were found. @throws BROKER_CORRUPT */
export function* twinDifferences(messages: Iterable<MergedMessage>): Generator<Truth<'TwinDifferenceFound'>> {
  for (const message of messages) {
    if (message.message.type === 'TwinDifferenceFound') yield parseTruth('TwinDifferenceFound', message);
  }
}

function truthTypeOf(message: MergedMessage): TruthType {
  const { type } = message.message;
  if (isTruthType(type)) return type;
  throw corrupt(message)(`it is a ${type}`, Object.keys(truthSchemas).join(', '));
}

function parseTruth<Type extends TruthType>(type: Type, message: MergedMessage): Truth<Type> {
  const truth = checked(truthSchemas[type], message.message.data);
  // The schema was found by the type, which the compiler cannot follow.
  if (truth.status === 'valid') return truth.value as Truth<Type>;
  throw corrupt(message)(`${truth.found} in ${type}`, truth.expected);
}

function assertKnownLabels(roots: ReadonlyMap<string, readonly string[]>, labels: ReadonlyMap<string, Label>): void {
  for (const [messageId, labelIds] of roots) {
    const unknown = labelIds.find(id => !labels.has(id));
    if (unknown === undefined) continue;
    throw cannot('BROKER_CORRUPT', `label message ${messageId}`)(
      `no label ${unknown} was declared`,
      [...labels.keys()].join(', ') || 'one',
    );
  }
}

function inOrder(labels: ReadonlyMap<string, Label>): readonly Label[] {
  const keyOf = (label: Label) => Date.parse(label.start);
  return [...labels.values()].sort((a, b) => keyOf(a) - keyOf(b) || (a.id < b.id ? -1 : 1));
}

function corrupt({ topic, partition, offset }: MergedMessage): Cannot {
  return cannot('BROKER_CORRUPT', `read truth message ${topic}/${partition} at offset ${offset}`);
}
