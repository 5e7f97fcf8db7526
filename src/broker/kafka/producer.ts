import { setTimeout } from 'node:timers/promises';
import { CqshopError } from '../../base/errors.ts';
import type { Message } from '../message.ts';
import type { KafkaClient } from './connect-kafka.ts';
import { kafkaFailure, protocolErrorOf } from './kafka-failure.ts';
import { type OutgoingRecord, recordOfMessage } from './kafka-records.ts';
import type { KafkaProducer } from './kafkajs.ts';

/** A message on its way to a place; topics are named without the prefix. */
export type Outgoing = { readonly topic: string; readonly partition: number; readonly message: Message };

const retryMs = 100;
const waitMs = 20;

/** Errors after which the same attempt cannot succeed, or might publish twice. */
const final =
  /^(OUT_OF_ORDER_SEQUENCE_NUMBER|UNKNOWN_PRODUCER_ID|INVALID_PRODUCER_EPOCH|MESSAGE_TOO_LARGE|INVALID_TIMESTAMP|\w+_AUTHORIZATION_FAILED)$/;

/** Whether an attempt may be made: now, later perhaps, or never again. */
export type Permission = 'yes' | 'wait' | 'no';

export type ProducerOptions = {
  /**
   * False to send no request again that was written and not answered; the outbox then takes nothing more, and whoever owns it looks at what is there.
   * A broker that restarts forgets the sequence numbers of a producer whose records are older than `producer.id.expiration.ms`, a day by default, as
   * virtual times are: it takes such a request twice. Default true, for messages that may be there twice.
   */
  readonly repeats?: boolean;
};

/**
 * An idempotent producer that tries the very same request again until it is answered, and before each attempt asks whether it
 * still may. kafkajs's own retries would go on for a minute after the partition has got another owner.
 */
export class Producer {
  readonly #client: KafkaClient;
  readonly #producer: KafkaProducer;
  readonly #permission: (failures: number) => Permission;
  /** Since the broker last took something, or nobody waited. */
  #failures = 0;
  #waiting = 0;
  readonly #repeats: boolean;
  /** Of the attempt under way. */
  #isWritten = false;
  #end: CqshopError | undefined;
  #last: Promise<void> = Promise.resolve();

  private constructor(
    client: KafkaClient,
    permission: (failures: number) => Permission,
    { repeats = true }: ProducerOptions,
  ) {
    this.#repeats = repeats;
    this.#client = client;
    this.#permission = permission;
    this.#producer = client.producer({
      retries: 1,
      beforeAttempt: () => {
        if (permission(this.#failures) !== 'yes') throw new NotNow();
      },
      beforeWriting: () => {
        // The library's own retry.
        if (this.#isWritten && !this.#repeats) throw new NotNow();
        this.#isWritten = true;
      },
    });
  }

  /** @param permission is asked before each attempt, with the number of those that failed; default: for about a minute */
  static async open(
    client: KafkaClient,
    permission = (failures: number): Permission => (failures < 60 ? 'yes' : 'no'),
    options: ProducerOptions = {},
  ): Promise<Producer> {
    const producer = new Producer(client, permission, options);
    try {
      await producer.#producer.connect();
    } catch (cause) {
      await producer.close();
      throw kafkaFailure('write to', client.connection, cause);
    }
    return producer;
  }

  /**
   * Publishes messages in one request a broker; those of one partition appear together or not at all, in this order. One call
   * after the other: none overtakes an earlier one that is tried again, and those behind one that is given up are given up too.
   *
   * @throws BROKER_UNREACHABLE when it may try no longer, BROKER_REFUSED
   */
  async send(messages: readonly Outgoing[]): Promise<void> {
    if (this.#waiting === 0) this.#failures = 0;
    this.#waiting += 1;
    const sent = this.#last.then(() => this.#persist(messages));
    // Whoever sent it hears of its failure.
    this.#last = sent.catch(() => undefined);
    try {
      await sent;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Whether it takes nothing more, since it is not known whether what it sent last is there. Only without `repeats`. */
  get isUncertain(): boolean {
    return this.#end !== undefined;
  }

  async close(): Promise<void> {
    await this.#producer.disconnect().catch(() => undefined);
  }

  async #persist(messages: readonly Outgoing[]): Promise<void> {
    const byTopic = new Map<string, OutgoingRecord[]>();
    for (const { topic, partition, message } of messages) {
      const record = recordOfMessage(message, partition);
      const records = byTopic.get(topic);
      if (records === undefined) byTopic.set(topic, [record]);
      else records.push(record);
    }
    const topicMessages = [...byTopic].map(([topic, records]) => ({
      topic: this.#client.topics.full(topic),
      messages: records,
    }));
    for (;;) {
      if (this.#end !== undefined) throw this.#end;
      const permission = this.#permission(this.#failures);
      if (permission === 'no') throw this.#givenUp();
      if (permission === 'wait') {
        await setTimeout(waitMs);
        continue;
      }
      this.#isWritten = false;
      try {
        await this.#producer.sendBatch({ acks: -1, topicMessages });
        this.#failures = 0;
        return;
      } catch (cause) {
        if (this.#isWritten && !this.#repeats && protocolErrorOf(cause) === '') throw this.#unanswered(cause);
        if (cause instanceof NotNow) continue;
        const failure = kafkaFailure('write to', this.#client.connection, cause);
        if (failure === cause || final.test(protocolErrorOf(cause))) throw failure;
        this.#failures += 1;
        await setTimeout(retryMs);
      }
    }
  }

  #unanswered(cause: unknown): CqshopError {
    this.#end = new CqshopError(
      'BROKER_UNREACHABLE',
      `Cannot write to ${this.#client.url}: it has not said whether it took what was sent, expected an answer`,
      { cause },
    );
    return this.#end;
  }

  #givenUp(): CqshopError {
    return new CqshopError(
      'BROKER_UNREACHABLE',
      `Cannot write to ${this.#client.url}: it has not answered for too long, expected a broker in good health`,
    );
  }
}

/** Ends the library's own trying, which asks nobody. */
class NotNow extends Error {}
