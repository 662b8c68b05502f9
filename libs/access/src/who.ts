import type { Actor } from '@carers/audit';
import { type HeldRole, isStaffRole, type Role, type Scope, type ScopeKind } from './roles.js';

/** What is known of a signed-in person. */
export interface WhoFacts {
  accountId: string;
  sessionId: string;
  name: string;
  locale: string;
  /** Every role of the account, whether or not it counts in this session. */
  held: readonly HeldRole[];
  secondFactor: boolean;
}

/**
 * The signed-in person of a request. `roles` are those that count now: a staff role of somebody who has not yet given
 * the second factor in this session is not among them, so asking `hasRole` is always safe.
 */
export class Who {
  readonly accountId: string;
  /** Id of this session; not the secret in the cookie. */
  readonly sessionId: string;
  readonly name: string;
  readonly locale: string;
  readonly roles: readonly HeldRole[];
  /** True once a second factor was given in this session. */
  readonly secondFactor: boolean;
  private readonly held: readonly HeldRole[];

  constructor(facts: WhoFacts) {
    this.accountId = facts.accountId;
    this.sessionId = facts.sessionId;
    this.name = facts.name;
    this.locale = facts.locale;
    this.held = facts.held;
    this.secondFactor = facts.secondFactor;
    this.roles = facts.secondFactor ? facts.held : facts.held.filter(({ role }) => !isStaffRole(role));
  }

  /** Whether a role counts in this session; with a scope, whether it holds there (a role without a scope holds everywhere). */
  hasRole(role: Role, scope?: Scope): boolean {
    return this.roles.some(
      (held) =>
        held.role === role &&
        (!scope || held.scopeKind === null || (held.scopeKind === scope.kind && held.scopeId === scope.id)),
    );
  }

  hasAnyRole(wanted: readonly Role[]): boolean {
    return wanted.some((role) => this.hasRole(role));
  }

  /** Ids that a role is limited to: the businesses of an owner, the services of an officer. */
  scopesOf(role: Role, kind: ScopeKind): string[] {
    return this.roles
      .filter((held) => held.role === role && held.scopeKind === kind)
      .map((held) => held.scopeId)
      .filter((id) => id !== null);
  }

  /** Whether one of these roles is theirs but waits for the second factor. */
  couldHave(wanted: readonly Role[]): boolean {
    return this.held.some(({ role }) => wanted.includes(role));
  }

  /** Whether the account has a staff role, counting or not. */
  get staff(): boolean {
    return this.held.some(({ role }) => isStaffRole(role));
  }

  /** This person as the one who acts, for the audit trail. */
  actor(role?: Role): Actor {
    const acting = role ?? this.roles[0]?.role;
    return { kind: 'account', id: this.accountId, ...(acting ? { role: acting } : {}) };
  }
}
