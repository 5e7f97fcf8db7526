import { cannot } from '../../base/errors.ts';
import { expectedWords } from '../../base/words.ts';
import { type ServiceName, serviceNames } from '../../broker/topics.ts';
import { cart } from './cart/service.ts';
import { notification } from './notification/service.ts';
import { order } from './order/service.ts';
import { payment } from './payment/service.ts';
import type { Service } from './service.ts';
import { shipping } from './shipping/service.ts';
import { userManagement } from './user-management/service.ts';
import { warehouse } from './warehouse/service.ts';

const byName: Readonly<Record<ServiceName, Service>> = {
  'user-management': userManagement,
  warehouse,
  cart,
  order,
  payment,
  shipping,
  notification,
};

/** The services of the shop, in the order in which pages and tables list them. */
export const services: readonly Service[] = serviceNames.map(name => byName[name]);

/**
 * The service of a name.
 *
 * @throws UNKNOWN_NAME when there is none
 */
export function serviceNamed(name: string): Service {
  const service = services.find(one => one.name === name);
  if (service !== undefined) return service;
  throw cannot('UNKNOWN_NAME', `find service ${name}`, { name })(
    'there is no such service',
    expectedWords(name, serviceNames),
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
