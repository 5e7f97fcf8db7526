import {
  type CommandOf,
  defineService,
  type EventOf,
  nothing,
  type PublishedEventOf,
  type ReactionsOf,
} from '../define-service.ts';
import { isQuantity } from '../fields.ts';
import { type AskedLine, commands, events } from './messages.ts';

/**
 * An order until it is completed or cancelled. After that it is forgotten at once: every late message about it (a payment, a
 * rejected materialisation, a delivery) finds no order and changes nothing, and what has to go back goes back on
 * OrderCancelled, decided by the services that hold it.
 */
export type Order = {
  readonly status: 'created' | 'paid';
  readonly userId: string;
  readonly cartId: string;
  readonly lines: OrderLines;
  /** Currency units. */
  readonly total: number;
};

type OrderLines = Extract<EventOf<typeof events>, { readonly type: 'OrderCreated' }>['data']['lines'];

const reactions: ReactionsOf<typeof commands> = {
  PaymentAuthorized: ({ data: { orderId } }) => [{ type: 'MarkOrderPaid', subject: orderId, data: { orderId } }],
  PaymentDeclined: ({ data: { orderId, userId, reason } }) =>
    reason === 'order-cancelled'
      ? nothing
      : [{ type: 'CancelOrder', subject: orderId, data: { orderId, userId, reason: 'payment-declined' } }],
  MaterializationRejected: ({ data: { orderId, userId, reason } }) =>
    reason === 'order-cancelled'
      ? nothing
      : [{ type: 'CancelOrder', subject: orderId, data: { orderId, userId, reason: 'stock-lost' } }],
  ShipmentDelivered: ({ data: { orderId } }) => [{ type: 'CompleteOrder', subject: orderId, data: { orderId } }],
};

/** Orders: from the customer's word to delivery, or to cancellation. */
export const order = defineService({
  name: 'order',
  description: 'Takes orders, follows payment and delivery, and cancels what cannot be paid or supplied.',
  aggregate: 'order',
  commands,
  events,
  decide,
  evolve,
  reactions,
});

function decide(command: CommandOf<typeof commands>, order: Order | undefined): readonly EventOf<typeof events>[] {
  switch (command.type) {
    case 'SubmitOrder': {
      if (order !== undefined) return nothing;
      const { orderId, userId, cartId, lines, total } = command.data;
      const reason = fault(lines, total);
      return reason === undefined
        ? [{ type: 'OrderCreated', data: { orderId, userId, cartId, lines, total: Math.round(total * 100) / 100 } }]
        : [{ type: 'OrderRejected', data: { orderId, userId, cartId, reason } }];
    }
    case 'MarkOrderPaid': {
      if (order?.status !== 'created') return nothing;
      const { userId, cartId, lines, total } = order;
      return [{ type: 'OrderPaid', data: { orderId: command.data.orderId, userId, cartId, lines, total } }];
    }
    case 'CancelOrder': {
      const { orderId, reason } = command.data;
      if (order === undefined) {
        if (reason !== 'customer') return nothing;
        return [
          {
            type: 'OrderCancellationRejected',
            data: { orderId, userId: command.data.userId, reason: 'no-such-order' },
          },
        ];
      }
      const { userId, cartId, lines, total, status } = order;
      return [
        { type: 'OrderCancelled', data: { orderId, userId, cartId, lines, total, reason, paid: status === 'paid' } },
      ];
    }
    case 'CompleteOrder': {
      if (order?.status !== 'paid') return nothing;
      const { userId, cartId, total } = order;
      return [{ type: 'OrderCompleted', data: { orderId: command.data.orderId, userId, cartId, total } }];
    }
  }
}

/** What is wrong with a submitted order; undefined if nothing is. */
function fault(lines: readonly AskedLine[], total: number) {
  if (lines.length === 0) return 'no-lines';
  let cents = 0;
  const products = new Set<string>();
  for (const { productId, quantity, price } of lines) {
    if (!isQuantity(quantity)) return 'bad-quantity';
    if (!(price >= 0)) return 'bad-price';
    if (products.has(productId)) return 'repeated-product';
    products.add(productId);
    cents += quantity * Math.round(price * 100);
  }
  return cents === Math.round(total * 100) ? undefined : 'total-mismatch';
}

function evolve(order: Order | undefined, event: PublishedEventOf<typeof events>): Order | undefined {
  switch (event.type) {
    case 'OrderCreated': {
      const { userId, cartId, lines, total } = event.data;
      return { status: 'created', userId, cartId, lines, total };
    }
    case 'OrderPaid':
      return order && { ...order, status: 'paid' };
    case 'OrderCancelled':
    case 'OrderCompleted':
      return undefined;
    case 'OrderRejected':
    case 'OrderCancellationRejected':
      return order;
  }
}
