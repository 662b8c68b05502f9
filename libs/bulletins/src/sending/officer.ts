import type { Who } from '@carers/access';
import type { Actor } from '@carers/audit';
import { type OfficerScope, scopeOf } from '@carers/information-service';

/** Whoever decides about bulletins: an officer of some carers services, or (no limit) of all. */
export interface Officer {
  accountId: string;
  scope: OfficerScope;
  actor: Actor;
}

/** The officer that somebody signed in is. */
export function officerIn(who: Who): Officer {
  const role = who.hasRole('carers_service_officer') ? 'carers_service_officer' : 'administrator';
  return { accountId: who.accountId, scope: scopeOf(who), actor: who.actor(role) };
}
