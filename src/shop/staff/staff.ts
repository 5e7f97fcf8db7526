import type { Message, MessageData } from '../../broker/message.ts';
import type { World } from '../world/world.ts';

/** Somebody who works in the shop, doing one task. */
export type StaffTask = {
  /** Name of the task, unique in the run; one of an anomaly or near miss begins with its id. */
  readonly name: string;
  readonly productId: string;
  /** The event that made it necessary, if one did. */
  readonly cause?: Message;
};

/** Gives the warehouse a command about a product. */
export function orderWarehouse(
  world: World,
  task: StaffTask,
  command: { readonly type: string; readonly data: MessageData },
): Message {
  return world.send({
    service: 'warehouse',
    type: command.type,
    subject: task.productId,
    data: { productId: task.productId, ...command.data },
    source: '/staff',
    correlationid: world.opaqueId('t', task.name),
    causationid: task.cause?.id ?? '',
    act: task.name,
  });
}
