import { isObject } from '../base/is-object.ts';

/**
 * One message between services: the CloudEvents 1.0 attributes plus `kind`, `correlationid` and `causationid`.
 * CloudEvents wants lower-case attribute names, so they are spelled that way here too.
 */
export type Message = {
  /** A `command` asks one service for something; an `event` states what has happened. */
  readonly kind: MessageKind;
  /** The name of the command (imperative) or event (past tense), unique in the shop. */
  readonly type: string;
  /** 16 hexadecimal digits, derived from the message's cause; never from a global order. */
  readonly id: string;
  /** Who published it, as a CloudEvents URI reference: `/services/cart`, `/customers`, `/staff`. */
  readonly source: string;
  /** The id of the aggregate that the message is about; the key of the Kafka record. */
  readonly subject: string;
  /** Virtual time of publication to its topic [ms since the epoch, UTC]; the timestamp of the record. */
  readonly time: number;
  /** What the message belongs to as a whole: a customer's visit, a staff task. */
  readonly correlationid: string;
  /** The id of the message that made this one happen; empty for a command that no message caused. */
  readonly causationid: string;
  readonly data: MessageData;
  /** The dataset's columns of a message that cqshop did not write, as text; of its own messages they are in `data`. */
  readonly columns?: MessageColumns | undefined;
};

/** Numbers have the digits that were sent. */
export type MessageColumns = {
  readonly userId?: string;
  readonly productId?: string;
  readonly orderId?: string;
  readonly quantity?: string;
  readonly price?: string;
};

export type MessageKind = 'command' | 'event';

/** The JSON payload. Common fields have the same name everywhere: userId, productId, orderId, cartId, quantity, price. */
export type MessageData = Readonly<Record<string, unknown>>;

/** The object in a payload; another value gets the name `value`. */
export function dataOf(json: string): MessageData {
  const data: unknown = JSON.parse(json);
  return isObject(data) ? data : { value: data };
}

/** A partition of a topic. */
export type PartitionPlace = { readonly topic: string; readonly partition: number };

/** The place of a message in a topic. */
export type MessagePlace = PartitionPlace & { readonly offset: number };

/** A message at its place, as a broker keeps it. */
export type StoredMessage = MessagePlace & { readonly message: Message };
