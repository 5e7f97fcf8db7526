import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import { type Outgoing, Producer } from '../../broker/kafka/producer.ts';

const messagesPerRequest = 500;

/** Sends the commands of actors in their order. Commands that arrive during a request go together in the next one. */
export class CommandSender {
  readonly #producer: Producer;
  readonly #onFailure: (error: unknown) => void;
  #waiting: Outgoing[] = [];
  #sending: Promise<void> | undefined;

  private constructor(producer: Producer, onFailure: (error: unknown) => void) {
    this.#producer = producer;
    this.#onFailure = onFailure;
  }

  /** @param giveUp as of a `Producer` */
  static async open(
    client: KafkaClient,
    giveUp: AbortSignal,
    onFailure: (error: unknown) => void,
  ): Promise<CommandSender> {
    return new CommandSender(await Producer.open(client, { giveUp }), onFailure);
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
    await this.#producer.close();
  }

  async #send(): Promise<void> {
    try {
      // What one turn of the event loop posts goes together.
      await Promise.resolve();
      while (this.#waiting.length > 0) await this.#producer.send(this.#waiting.splice(0, messagesPerRequest));
    } catch (error) {
      this.#waiting = [];
      this.#onFailure(error);
    } finally {
      this.#sending = undefined;
    }
  }
}
