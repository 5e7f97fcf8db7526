import { cannot } from '../../base/errors.ts';
import { checked } from '../../base/schema-issues.ts';
import { formatMessageLine } from '../../broker/message-line.ts';
import { addFindings, type MessageBatch } from '../../broker/message-source.ts';
import { truthTopic } from '../../broker/topics.ts';
import { isTruthType, truthSchemas } from '../dataset/truth.ts';
import { messagesOf } from './lines-of.ts';
import type { MergedMessage } from './partition-lines.ts';

/**
 * A batch without those messages of the truth topic that are no truth about a run, which count as unreadable: anybody can write there. Batches of other
 * topics are unchanged.
 *
 * @throws BROKER_CORRUPT at the first of them, if it is `strict`
 */
export function truthOnly(
  batch: MessageBatch,
  { strict = false }: { readonly strict?: boolean | undefined } = {},
): MessageBatch {
  if (batch.topic !== truthTopic) return batch;
  const kept: string[] = [];
  let { unreadable } = batch;
  for (const merged of messagesOf(batch)) {
    const stray = strayCause(merged);
    if (stray === undefined) {
      kept.push(formatMessageLine(merged.offset, merged.message));
      continue;
    }
    const place = `${truthTopic}/${batch.partition} offset ${merged.offset}`;
    if (strict)
      throw cannot('BROKER_CORRUPT', `read ${place}`)(`${stray.what} (${stray.detail})`, 'the truth about a run');
    unreadable = addFindings(unreadable, { [stray.what]: { messages: 1, first: `${place}: ${stray.detail}` } });
  }
  return { ...batch, messages: kept.length, lines: Buffer.from(kept.join('')), unreadable };
}

/** What is wrong with a message of the truth topic; undefined if nothing is. */
function strayCause({ message: { type, data } }: MergedMessage) {
  if (!isTruthType(type)) return { what: 'its type is none of the topic', detail: type };
  const truth = checked(truthSchemas[type], data);
  if (truth.status === 'valid') return undefined;
  return { what: 'its payload is not as its type has it', detail: `${truth.found} in ${type}` };
}
