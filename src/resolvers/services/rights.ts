import type { Context } from '../../context.ts';
import type { ServiceSettings } from '../../datasources/chapkit/connector.ts';
import type { Chapkit } from '../../datasources/chapkit/index.ts';
import type { Caller } from '../../domain/callers.ts';
import { forbidden } from '../../domain/errors.ts';
import type { ServiceRight } from '../../domain/services.ts';
import { noSuch } from '../keys.ts';

type Ask = Pick<Context, 'services' | 'caller'>;

/**
 * By the app roles that the operator named; administrators have no more than those. A key has no app roles: what it may
 * do is said by its scopes, which every root field asks for.
 */
const has = ({ roles }: ServiceSettings, right: ServiceRight, caller: Caller): boolean =>
  caller.kind === 'SERVICE' || (roles[right]?.some((role) => caller.roles.includes(role)) ?? true);

/** By systemName. What the caller may not read is not there for them. */
export const readableServices = ({ services, caller }: Ask): ServiceSettings[] =>
  services
    .filter((service) => has(service, 'read', caller))
    .toSorted((a, b) => (a.systemName < b.systemName ? -1 : 1));

/** @throws NOT_FOUND for a service that is not there, and for one that the caller may not read. */
export function readable(systemName: string, field: string, { services, caller }: Ask): ServiceSettings {
  const service = services.find((each) => each.systemName === systemName);
  if (!service || !has(service, 'read', caller)) throw noSuch('Service', field);
  return service;
}

/** A service that the caller may read. @throws NOT_FOUND. */
export function open(systemName: string, field: string, context: Ask & Pick<Context, 'chapkit'>): Chapkit {
  readable(systemName, field, context);
  return context.chapkit(systemName);
}

const doing: Record<ServiceRight, string> = {
  read: 'Reading',
  train: 'Training, and changing what belongs to it,',
  predict: 'Predicting',
};

/** @throws FORBIDDEN naming the app roles, any of which would do; NOT_FOUND where the caller may not even read. */
export function assertRight(systemName: string, right: ServiceRight, field: string, context: Ask): void {
  const service = readable(systemName, field, context);
  if (has(service, right, context.caller)) return;
  const roles = (service.roles[right] ?? []).join(' or ');
  throw forbidden(`${doing[right]} with ${systemName} needs the app role ${roles}.`, { field });
}
