import { Database, sealing } from '@carers/database';
import { Clock } from '@carers/kernel';
import type { SessionStore as Store } from '@fastify/session';
import { Injectable } from '@nestjs/common';
import type { Session } from 'fastify';
import { type HeldRole, isStaffRole } from './roles.js';
import './request.js';
import { tokenHash } from './sign-in-challenge.entity.js';

interface SessionRow {
  id: string;
  account_id: string;
  started_at: Date;
  last_seen_at: Date;
  second_factor_at: Date | null;
  name: string;
  locale: string;
  held: HeldRole[];
}

const find = {
  name: 'access.session',
  text: `SELECT s.id, s.account_id, s.started_at, s.last_seen_at, s.second_factor_at, a.name, a.locale,
           (SELECT coalesce(json_agg(json_build_object('role', r.role, 'scopeKind', r.scope_kind, 'scopeId', r.scope_id)
                   ORDER BY r.granted_at, r.id), '[]')
              FROM account_role r WHERE r.account_id = s.account_id) AS held
      FROM session s JOIN account a ON a.id = s.account_id
     WHERE s.token_hash = $1 AND a.disabled_at IS NULL`,
};
const touch = { name: 'access.touch-session', text: 'UPDATE session SET last_seen_at = $2 WHERE id = $1' };
const remove = { name: 'access.remove-session', text: 'DELETE FROM session WHERE token_hash = $1' };

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long a session lives: unused, and at the very most (milliseconds). Staff see other people's records. */
export const sessionLimits = {
  staff: { idle: hour, absolute: 12 * hour },
  others: { idle: 30 * day, absolute: 90 * day },
} as const;

/**
 * Where @fastify/session finds sessions: PostgreSQL, by the hash of the id in the cookie. Account and roles are read
 * with it on each request, so that disabling and demoting bite at once. Sessions begin only in `Sessions.begin`: what
 * the plugin wants to save is never written, so a request that is still running cannot bring an ended session back.
 */
@Injectable()
export class SessionStore implements Store {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  get(sessionId: string, callback: (error: unknown, session?: Session | null) => void): void {
    this.read(sessionId).then(
      (session) => callback(null, session),
      (error: unknown) => callback(error),
    );
  }

  set(_sessionId: string, _session: Session, callback: (error?: unknown) => void): void {
    callback();
  }

  destroy(sessionId: string, callback: (error?: unknown) => void): void {
    this.database.prepared(remove, [tokenHash(sessionId)]).then(() => callback(), callback);
  }

  private async read(sessionId: string): Promise<Session | null> {
    const hash = tokenHash(sessionId);
    const [row] = await this.database.prepared<SessionRow>(find, [hash]);
    if (!row) return null;
    const now = this.clock.now().getTime();
    const limits = row.held.some(({ role }) => isStaffRole(role)) ? sessionLimits.staff : sessionLimits.others;
    const unusedFor = now - row.last_seen_at.getTime();
    if (unusedFor > limits.idle || now - row.started_at.getTime() > limits.absolute) {
      await this.database.prepared(remove, [hash]);
      return null;
    }
    // To the minute is exact enough, and spares a write for every request.
    if (unusedFor >= minute) await this.database.prepared(touch, [row.id, this.clock.now()]);
    return {
      cookie: { originalMaxAge: null },
      id: row.id,
      accountId: row.account_id,
      name: sealing().open(row.name, 'name'),
      locale: row.locale,
      held: row.held,
      secondFactor: row.second_factor_at !== null,
    };
  }
}
