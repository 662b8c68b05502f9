/** What an account may be. A till is not one: it has a key of its own (see the till lib). */
export const roles = [
  'carer',
  'business_owner',
  'registrar',
  'vetting_officer',
  'carers_service_officer',
  'commissioner',
  'administrator',
] as const;

export type Role = (typeof roles)[number];

/** Roles of the people who run the scheme. They count only in a session with a second factor. */
export const staffRoles = [
  'registrar',
  'vetting_officer',
  'carers_service_officer',
  'commissioner',
  'administrator',
] as const satisfies readonly Role[];

export type StaffRole = (typeof staffRoles)[number];

export type ScopeKind = 'business' | 'carers_service';

/** What a role is limited to: one business, or one carers service. */
export interface Scope {
  kind: ScopeKind;
  id: string;
}

/** A role as somebody has it; both null where it holds for the whole scheme. */
export interface HeldRole {
  role: Role;
  scopeKind: ScopeKind | null;
  scopeId: string | null;
}

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}

export function isStaffRole(text: string): text is StaffRole {
  return (staffRoles as readonly string[]).includes(text);
}
