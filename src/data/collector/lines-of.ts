import { parseMessageLine } from '../../broker/message-line.ts';
import type { MessageBatch } from '../../broker/message-source.ts';
import type { MergedMessage } from './partition-lines.ts';

/** The lines of a batch, without their newlines. */
export function linesOf({ lines }: Pick<MessageBatch, 'lines'>): readonly string[] {
  return new TextDecoder().decode(lines).split('\n').slice(0, -1);
}

/** The messages of a batch with their places. @throws BROKER_CORRUPT when a line is no message */
export function* messagesOf(batch: MessageBatch): Generator<MergedMessage> {
  const { topic, partition } = batch;
  for (const line of linesOf(batch)) {
    yield { topic, partition, ...parseMessageLine(line, () => `${topic}/${partition}`) };
  }
}
