import type { Message, MessageData } from '../../broker/message.ts';
import type { World } from '../world/world.ts';

/** One act of the staff. */
export type StaffAct = {
  /** Unique in the run. The name of an act of an anomaly or near miss begins with its id. */
  readonly name: string;
  readonly productId: string;
  /** The event that made it necessary, if there is one. */
  readonly cause?: Message;
};

/** Gives the warehouse a command about a product. */
export function orderWarehouse(
  world: World,
  act: StaffAct,
  command: { readonly type: string; readonly data: MessageData },
): Message {
  return world.send({
    service: 'warehouse',
    type: command.type,
    subject: act.productId,
    data: { productId: act.productId, ...command.data },
    source: '/staff',
    correlationid: world.opaqueId('t', act.name),
    causationid: act.cause?.id ?? '',
    act: act.name,
  });
}
