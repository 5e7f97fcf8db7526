import { CqshopError } from '../../base/errors.ts';
import { expectedWords } from '../../base/words.ts';
import { cart } from './cart/service.ts';
import { withOpaqueState } from './define-service.ts';
import { notification } from './notification/service.ts';
import { order } from './order/service.ts';
import { payment } from './payment/service.ts';
import type { Service } from './service.ts';
import { shipping } from './shipping/service.ts';
import { userManagement } from './user-management/service.ts';
import { warehouse } from './warehouse/service.ts';

/** The services of the shop, in the order in which pages and tables list them. */
export const services: readonly Service[] = [
  withOpaqueState(userManagement),
  withOpaqueState(warehouse),
  withOpaqueState(cart),
  withOpaqueState(order),
  withOpaqueState(payment),
  withOpaqueState(shipping),
  withOpaqueState(notification),
];

const byName: ReadonlyMap<string, Service> = new Map(services.map(service => [service.name, service]));

/**
 * The service of a name.
 *
 * @throws UNKNOWN_NAME when there is none
 */
export function serviceNamed(name: string): Service {
  const service = byName.get(name);
  if (service !== undefined) return service;
  throw new CqshopError(
    'UNKNOWN_NAME',
    `Cannot find service '${name}': there is no such service, expected ${expectedWords(name, [...byName.keys()])}`,
    { details: { name } },
  );
}

const ownerByEvent: ReadonlyMap<string, string> = new Map(
  services.flatMap(service => Object.keys(service.events).map((type): [string, string] => [type, service.name])),
);

/** The name of the service that publishes an event. @throws TypeError for a type that no service has */
export function serviceOfEvent(type: string): string {
  const owner = ownerByEvent.get(type);
  if (owner === undefined) throw new TypeError(`no service publishes ${type}`);
  return owner;
}
