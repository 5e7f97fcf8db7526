import type { MessageBatch } from '../../broker/message-source.ts';

/** The lines of a batch, without their newlines. */
export function linesOf({ lines }: Pick<MessageBatch, 'lines'>): readonly string[] {
  return new TextDecoder().decode(lines).split('\n').slice(0, -1);
}
