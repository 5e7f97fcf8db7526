import type { z } from 'zod';
import { type Cannot, cannot } from '../../base/errors.ts';
import { checked } from '../../base/schema-issues.ts';
import { type Label, type Truth, type TruthType, truthSchemas } from '../dataset/truth.ts';
import type { MergedMessage } from './partition-lines.ts';

/** What the truth topic says about a run, without the twin's differences, which may be many. */
export type TruthContent = {
  readonly run: Truth<'RunStarted'> | undefined;
  readonly finished: Truth<'RunFinished'> | undefined;
  /** Ordered by start, then id. */
  readonly labels: readonly Label[];
  readonly nearMisses: readonly Label[];
  /** Label ids by the id of the message that is a causal root. */
  readonly roots: ReadonlyMap<string, readonly string[]>;
};

/** @param messages those that `truthOnly` has kept. @throws BROKER_CORRUPT when two runs share the topic, or a label is not declared */
export function readTruthContent(messages: Iterable<MergedMessage>): TruthContent {
  let run: Truth<'RunStarted'> | undefined;
  let finished: Truth<'RunFinished'> | undefined;
  const labels = new Map<string, Label>();
  const nearMisses = new Map<string, Label>();
  const roots = new Map<string, string[]>();
  for (const stored of messages) {
    switch (stored.message.type) {
      case 'RunStarted':
        if (run !== undefined) throw cannotRead(stored)('a second run begins here', 'one run a topic prefix');
        run = truthIn('RunStarted', stored);
        break;
      case 'CausalRootDeclared': {
        const { messageId, labelId } = truthIn('CausalRootDeclared', stored);
        const declared = roots.get(messageId) ?? [];
        if (!declared.includes(labelId)) declared.push(labelId);
        roots.set(messageId, declared);
        break;
      }
      case 'LabelDeclared': {
        const label = truthIn('LabelDeclared', stored);
        labels.set(label.id, label);
        break;
      }
      case 'NearMissDeclared': {
        const nearMiss = truthIn('NearMissDeclared', stored);
        nearMisses.set(nearMiss.id, nearMiss);
        break;
      }
      case 'RunFinished':
        finished = truthIn('RunFinished', stored);
        break;
    }
  }
  if (finished !== undefined) assertKnownLabels(roots, labels);
  return { run, finished, roots, labels: inOrder(labels), nearMisses: inOrder(nearMisses) };
}

/** Labels or near misses as the text of their file. */
export function labelLines(labels: readonly Label[]): string {
  return labels.map(label => `${JSON.stringify(label)}\n`).join('');
}

/** The twin's differences, in the order in which they were found. */
export function* twinDifferences(messages: Iterable<MergedMessage>): Generator<Truth<'TwinDifferenceFound'>> {
  for (const stored of messages) {
    if (stored.message.type === 'TwinDifferenceFound') yield truthIn('TwinDifferenceFound', stored);
  }
}

const schemas: { readonly [Type in TruthType]: z.ZodType<Truth<Type>> } = truthSchemas;

/** The payload of a message of a type. @throws BROKER_CORRUPT when it is not as its type has it: a file of an unfinished dataset was edited */
export function truthIn<Type extends TruthType>(type: Type, stored: MergedMessage): Truth<Type> {
  const schema: z.ZodType<Truth<Type>> = schemas[type];
  const truth = checked(schema, stored.message.data);
  if (truth.status === 'valid') return truth.value;
  throw cannotRead(stored)(`${truth.found} in ${type}`, truth.expected);
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

function cannotRead({ topic, partition, offset }: MergedMessage): Cannot {
  return cannot('BROKER_CORRUPT', `read truth message ${topic}/${partition} at offset ${offset}`);
}
