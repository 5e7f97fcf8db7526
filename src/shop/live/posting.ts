import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import { Outbox, type Outgoing } from '../../broker/kafka/outbox.ts';

const messagesPerRequest = 500;

/** Sends what actors give it, in their order, whatever has come meanwhile in one request. */
export class Posting {
  readonly #outbox: Outbox;
  readonly #onFailure: (error: unknown) => void;
  #waiting: Outgoing[] = [];
  #sending: Promise<void> | undefined;

  private constructor(outbox: Outbox, onFailure: (error: unknown) => void) {
    this.#outbox = outbox;
    this.#onFailure = onFailure;
  }

  static async open(client: KafkaClient, topicPrefix: string, onFailure: (error: unknown) => void): Promise<Posting> {
    return new Posting(await Outbox.open(client, topicPrefix), onFailure);
  }

  post(outgoing: Outgoing): void {
    this.#waiting.push(outgoing);
    this.#sending ??= this.#send();
  }

  /** Waits until everything posted so far is published. */
  async flush(): Promise<void> {
    await this.#sending;
  }

  async close(): Promise<void> {
    this.#waiting = [];
    await this.#sending;
    await this.#outbox.close();
  }

  async #send(): Promise<void> {
    try {
      // What one turn of the event loop posts goes together.
      await Promise.resolve();
      while (this.#waiting.length > 0) await this.#outbox.send(this.#waiting.splice(0, messagesPerRequest));
    } catch (error) {
      this.#waiting = [];
      this.#onFailure(error);
    } finally {
      this.#sending = undefined;
    }
  }
}
