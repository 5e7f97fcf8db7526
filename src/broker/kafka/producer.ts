import { setTimeout } from 'node:timers/promises';
import { type CqshopError, cannot } from '../../base/errors.ts';
import type { Message } from '../message.ts';
import type { KafkaClient } from './connect-kafka.ts';
import { unlessGivenUp } from './given-up.ts';
import { kafkaFailure, protocolErrorOf } from './kafka-failure.ts';
import { recordOfMessage, topicMessages } from './kafka-records.ts';
import type { KafkaProducer } from './library/kafkajs.ts';

/** A message on its way to a place; topics are named without the prefix. */
export type Outgoing = { readonly topic: string; readonly partition: number; readonly message: Message };

const retryMs = 100;
const waitMs = 20;

/** Errors after which the same attempt cannot succeed, or might publish twice. */
const final =
  /^(OUT_OF_ORDER_SEQUENCE_NUMBER|UNKNOWN_PRODUCER_ID|INVALID_PRODUCER_EPOCH|MESSAGE_TOO_LARGE|INVALID_TIMESTAMP|\w+_AUTHORIZATION_FAILED)$/;

/** Whether an attempt may be made: now, perhaps later, or never again. */
export type Permission = 'yes' | 'wait' | 'no';

export type ProducerOptions = {
  /** Asked before each attempt, with the number of those that failed. Default: attempts are made for about a minute. */
  readonly permission?: ((failures: number) => Permission) | undefined;
  /**
   * False to never repeat a request that was written and not answered. The producer then accepts nothing more, and its owner reads what was written.
   * A broker that restarts forgets the sequence numbers of a producer whose records are older than `producer.id.expiration.ms` (a day by default), as
   * virtual times are: it accepts such a request twice. Default true, for messages that may be published twice.
   */
  readonly repeats?: boolean;
  /** When aborted, it stops waiting for a broker that does not answer, and throws the signal's reason. */
  readonly giveUp?: AbortSignal | undefined;
};

/**
 * An idempotent producer that repeats the same request until it is answered. Before each attempt it asks for permission:
 * kafkajs's own retries would go on for a minute after the partition has another owner.
 */
export class Producer {
  readonly #client: KafkaClient;
  readonly #producer: KafkaProducer;
  readonly #permission: (failures: number) => Permission;
  /** Since the broker last accepted something, or the queue was empty. */
  #failures = 0;
  #waiting = 0;
  readonly #repeats: boolean;
  readonly #giveUp: AbortSignal | undefined;
  /** Of the attempt under way. */
  #isWritten = false;
  #end: CqshopError | undefined;
  #last: Promise<void> = Promise.resolve();

  private constructor(client: KafkaClient, { permission = forAMinute(), repeats = true, giveUp }: ProducerOptions) {
    this.#repeats = repeats;
    this.#giveUp = giveUp;
    this.#client = client;
    this.#permission = permission;
    this.#producer = client.producer({
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

  /** Connects. @throws BROKER_UNREACHABLE, BROKER_REFUSED */
  static async open(client: KafkaClient, options: ProducerOptions = {}): Promise<Producer> {
    const producer = new Producer(client, options);
    try {
      await producer.#producer.connect();
    } catch (cause) {
      await producer.close();
      throw kafkaFailure('write to', client.connection, cause);
    }
    return producer;
  }

  /**
   * Publishes messages, in one request for each broker. Those of one partition appear together or not at all, in this order.
   * Calls take turns: none overtakes an earlier one, and when one is given up, those behind it are given up too.
   *
   * @throws BROKER_UNREACHABLE when the permission ends, BROKER_REFUSED, the reason of `giveUp`
   */
  async send(messages: readonly Outgoing[]): Promise<void> {
    if (this.#waiting === 0) this.#failures = 0;
    this.#waiting += 1;
    const sent = this.#last.then(() => this.#persist(messages));
    // The sender gets the failure.
    this.#last = sent.catch(() => undefined);
    try {
      await unlessGivenUp(sent, this.#giveUp);
    } finally {
      this.#waiting -= 1;
    }
  }

  /** True when it accepts nothing more, since it is unknown whether its last request was written. Only without `repeats`. */
  get isUncertain(): boolean {
    return this.#end !== undefined;
  }

  async close(): Promise<void> {
    await unlessGivenUp(this.#producer.disconnect(), this.#giveUp).catch(() => undefined);
  }

  async #persist(messages: readonly Outgoing[]): Promise<void> {
    const outgoing = messages.map(({ topic, partition, message }) => ({
      topic,
      record: recordOfMessage(message, partition),
    }));
    const batch = { acks: -1, topicMessages: topicMessages(outgoing, this.#client.topics) };
    const fails = cannot('BROKER_UNREACHABLE', `write to ${this.#client.url}`);
    for (;;) {
      if (this.#end !== undefined) throw this.#end;
      const permission = this.#permission(this.#failures);
      if (permission === 'no') throw fails('it has not answered for too long', 'a broker in good health');
      if (permission === 'wait') {
        await setTimeout(waitMs);
        continue;
      }
      this.#isWritten = false;
      try {
        await this.#producer.sendBatch(batch);
        this.#failures = 0;
        return;
      } catch (cause) {
        if (this.#isWritten && !this.#repeats && protocolErrorOf(cause) === '') {
          this.#end = fails('it has not said whether it took what was sent', 'an answer', cause);
          throw this.#end;
        }
        if (cause instanceof NotNow) continue;
        const failure = kafkaFailure('write to', this.#client.connection, cause);
        if (failure === cause || final.test(protocolErrorOf(cause))) throw failure;
        this.#failures += 1;
        await setTimeout(retryMs);
      }
    }
  }
}

/** From the first failure. A number of attempts would not do: one that is not answered fails only after half a minute. */
function forAMinute(): (failures: number) => Permission {
  let patience: AbortSignal | undefined;
  return failures => {
    patience = failures === 0 ? undefined : (patience ?? AbortSignal.timeout(60_000));
    return patience?.aborted === true ? 'no' : 'yes';
  };
}

/** Ends the library's own retries, which ask for no permission. */
class NotNow extends Error {}
