import type { MessageKind } from '../../broker/message.ts';

/** The columns of `events.csv`, in order. A contract: users' notebooks name them. */
export const eventColumns = [
  'time',
  'topic',
  'partition',
  'offset',
  'kind',
  'type',
  'source',
  'id',
  'correlationid',
  'causationid',
  'key',
  'user_id',
  'product_id',
  'order_id',
  'quantity',
  'price',
  'data',
] as const;

/** One row of `events.csv`: a message as a detector may see it. Holds nothing of the truth. */
export type EventRecord = {
  /** [ms since the epoch, UTC] */
  readonly timeMs: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly kind: MessageKind;
  readonly type: string;
  readonly source: string;
  readonly id: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly key: string;
  /** Taken from the payload (`userId`, `productId`, `orderId`); empty where it has none. */
  readonly userId: string;
  readonly productId: string;
  readonly orderId: string;
  /** Units, and currency units a piece; undefined where the payload has none. */
  readonly quantity: number | undefined;
  readonly price: number | undefined;
  /** The JSON payload, parsed on first use. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The fields of `events.csv` that it was read from, in the order of `eventColumns`. */
  readonly row?: readonly string[];
};

/** Who published a record, in a word: "cart" for `/services/cart`, "customers" for `/customers`. */
export function senderOf({ source }: Pick<EventRecord, 'source'>): string {
  return source.replace(/^\/(services\/)?/, '');
}
