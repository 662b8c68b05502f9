import type { CarersServiceContact, SchemeInForce } from '@carers/places';
import type { OfficerScope } from '../officer-scope.js';

/** The services that somebody may work for. */
export function servicesFor(scheme: SchemeInForce, scope: OfficerScope): CarersServiceContact[] {
  return scheme.carersServices.filter(({ id }) => scope === null || scope.includes(id));
}
