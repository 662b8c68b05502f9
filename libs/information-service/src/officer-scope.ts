import type { Who } from '@carers/access';
import type { Subscriber } from './subscriber.entity.js';

/** Whose people somebody may see: those of some carers services, or (null) of all. */
export type OfficerScope = readonly string[] | null;

/** An administrator, and an officer without a limit, see everybody; an officer of one service sees its people only. */
export function scopeOf(who: Who): OfficerScope {
  if (who.hasRole('administrator')) return null;
  const services = who.scopesOf('carers_service_officer', 'carers_service');
  const unlimited = who.roles.some(({ role, scopeKind }) => role === 'carers_service_officer' && scopeKind === null);
  return unlimited ? null : services;
}

/** Whether somebody is among them. */
export function covers(scope: OfficerScope, subscriber: Pick<Subscriber, 'carersServiceId'>): boolean {
  return scope === null || scope.includes(subscriber.carersServiceId);
}
