import type { Message, MessageData } from '../../broker/message.ts';
import type { World } from '../world/world.ts';

/** One act of the staff. */
export type StaffAct = {
  /** Unique in the run. The name of an act of an anomaly or near miss begins with its id. */
  readonly name: string;
  /** The event that made it necessary, if there is one. */
  readonly cause?: Message | undefined;
};

/** Gives a service a command. */
export function actAsStaff(
  world: World,
  { name, cause }: StaffAct,
  command: { readonly service: string; readonly type: string; readonly subject: string; readonly data: MessageData },
): Message {
  return world.send({
    ...command,
    source: '/staff',
    correlationid: world.opaqueId('t', name),
    causationid: cause?.id ?? '',
    act: name,
  });
}

/** Gives the warehouse a command about a product. */
export function orderWarehouse(
  world: World,
  { productId, ...act }: StaffAct & { readonly productId: string },
  { type, data }: { readonly type: string; readonly data: MessageData },
): Message {
  return actAsStaff(world, act, { service: 'warehouse', type, subject: productId, data: { productId, ...data } });
}
