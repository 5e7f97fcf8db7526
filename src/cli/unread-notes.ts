import { pluralize } from '../base/words.ts';
import type { KafkaClient } from '../broker/kafka/connect-kafka.ts';
import {
  addFindings,
  type Findings,
  type MessageBatch,
  nothingReadable,
  unreadNote,
} from '../broker/message-source.ts';
import type { Io } from './io.ts';

/** Notes on what could not be read: for a follower, the first record of each kind that was left out at once; for all, how many there were at the end. */
export class UnreadNotes {
  readonly #io: Pick<Io, 'warn'>;
  readonly #follow: boolean;
  #unread: Findings | undefined;
  #unreadable: Findings | undefined;

  constructor(io: Pick<Io, 'warn'>, follow: boolean) {
    this.#io = io;
    this.#follow = follow;
  }

  readonly take = ({ unread, unreadable }: Pick<MessageBatch, 'unread' | 'unreadable'>): void => {
    this.#unread = addFindings(this.#unread, unread);
    for (const [what, { first }] of Object.entries(unreadable ?? {})) {
      if (this.#follow && this.#unreadable?.[what] === undefined)
        this.#io.warn(`a record is left out: ${what}, ${first}`);
    }
    this.#unreadable = addFindings(this.#unreadable, unreadable);
  };

  /** Where there were records, and no message among them. @throws BROKER_CORRUPT */
  assertReadable({ url, topics }: Pick<KafkaClient, 'url' | 'topics'>): void {
    const error = nothingReadable(`detect on ${url}`, topics.prefix, this.#unreadable);
    if (error !== undefined) throw error;
  }

  sumUp(): void {
    for (const [what, { messages, first }] of Object.entries(this.#unread ?? {})) {
      this.#io.warn(unreadNote(what, messages, first));
    }
    for (const note of leftOutNotes(this.#unreadable ?? {})) this.#io.warn(note);
  }
}

/** How many records of each kind are no messages. */
export function leftOutNotes(unreadable: Findings): readonly string[] {
  return Object.entries(unreadable).map(
    ([what, { messages, first }]) => `left out ${pluralize(messages, 'record')}: ${what}, first ${first}`,
  );
}
