import { type CqshopError, cannot } from '../../base/errors.ts';
import { type Label, type RunLag, type Truth, truthSchemas } from '../dataset/truth.ts';
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

/** @param messages those that `truthOnly` has kept. @throws BROKER_CORRUPT when two runs share the topic, or a label is not declared */
export function readTruthContent(messages: Iterable<MergedMessage>): TruthContent {
  let run: Truth<'RunStarted'> | undefined;
  let published: number | undefined;
  let publishedIn: TruthContent['publishedIn'];
  let degradedBy: RunLag | undefined;
  const labels = new Map<string, Label>();
  const nearMisses = new Map<string, Label>();
  const roots = new Map<string, string[]>();
  for (const stored of messages) {
    const { type, data } = stored.message;
    switch (type) {
      case 'RunStarted':
        if (run !== undefined) throw secondRun(stored);
        run = truthSchemas.RunStarted.parse(data);
        break;
      case 'CausalRootDeclared': {
        const { messageId, labelId } = truthSchemas.CausalRootDeclared.parse(data);
        const declared = roots.get(messageId) ?? [];
        if (!declared.includes(labelId)) declared.push(labelId);
        roots.set(messageId, declared);
        break;
      }
      case 'LabelDeclared': {
        const label = truthSchemas.LabelDeclared.parse(data);
        labels.set(label.id, label);
        break;
      }
      case 'NearMissDeclared': {
        const nearMiss = truthSchemas.NearMissDeclared.parse(data);
        nearMisses.set(nearMiss.id, nearMiss);
        break;
      }
      case 'RunFinished':
        ({ messages: published, byTopic: publishedIn, lag: degradedBy } = truthSchemas.RunFinished.parse(data));
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

/** The twin's differences, in the order in which they were found. */
export function* twinDifferences(messages: Iterable<MergedMessage>): Generator<Truth<'TwinDifferenceFound'>> {
  for (const { message } of messages) {
    if (message.type === 'TwinDifferenceFound') yield truthSchemas.TwinDifferenceFound.parse(message.data);
  }
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

function secondRun({ topic, partition, offset }: MergedMessage): CqshopError {
  return cannot('BROKER_CORRUPT', `read truth message ${topic}/${partition} at offset ${offset}`)(
    'a second run begins here',
    'one run a topic prefix',
  );
}
