import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AccountSession, type Device } from './account-session.entity.js';
import './request.js';
import { tokenHash } from './sign-in-challenge.entity.js';
import { SessionStore } from './session-store.js';

/** One of somebody's sign-ins, as they see it. */
export interface SessionLine {
  id: string;
  startedAt: Date;
  lastSeenAt: Date;
  device: Device;
}

/** Beginning and ending sessions. */
@Injectable()
export class Sessions {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly ids: Ids,
    readonly store: SessionStore,
  ) {}

  /**
   * Signs this browser in. It always gets a new id, and whatever it had before ends: a cookie planted by somebody else
   * is worth nothing (session fixation).
   */
  async begin(request: FastifyRequest, accountId: string, secondFactor = false): Promise<void> {
    await request.session.regenerate();
    const { sessionId } = request.session;
    const now = this.clock.now();
    const id = this.ids.next();
    await this.database.transaction(async (tx) => {
      await tx.insert(AccountSession, {
        id,
        tokenHash: tokenHash(sessionId),
        accountId,
        startedAt: now,
        lastSeenAt: now,
        secondFactorAt: secondFactor ? now : null,
        device: deviceOf(request.headers['user-agent'] ?? ''),
      });
      await this.audit.record(tx, {
        action: 'session.started',
        subject: { kind: 'account', id: accountId },
        actor: { kind: 'account', id: accountId },
        details: { sessionId: id, secondFactor },
      });
    });
    // Makes the plugin send the cookie.
    request.session.set('accountId', accountId);
  }

  /** Signs this browser out; the cookie it had opens nothing any more. */
  async endThis(request: FastifyRequest): Promise<void> {
    const { who } = request;
    await request.session.destroy();
    if (who) await this.note(who.accountId, who.sessionId);
  }

  /** Ends one of somebody's own sessions; one of another person is not touched. */
  async end(accountId: string, id: string): Promise<void> {
    const { affected } = await this.database.transaction((tx) => tx.delete(AccountSession, { id, accountId }));
    if (affected) await this.note(accountId, id);
  }

  /** Ends every session of somebody but the one they are using. */
  async endOthers(accountId: string, kept: string): Promise<void> {
    for (const { id } of await this.of(accountId)) if (id !== kept) await this.end(accountId, id);
  }

  /** Last used first. */
  async of(accountId: string): Promise<SessionLine[]> {
    return this.database.reader.find(AccountSession, {
      select: { id: true, startedAt: true, lastSeenAt: true, device: true },
      where: { accountId },
      order: { lastSeenAt: 'DESC', id: 'DESC' },
      take: 50,
    });
  }

  private async note(accountId: string, sessionId: string): Promise<void> {
    await this.audit.note({
      action: 'session.ended',
      subject: { kind: 'account', id: accountId },
      actor: { kind: 'account', id: accountId },
      details: { sessionId },
    });
  }
}

/** Roughly what it is; enough to recognise one's own telephone. */
export function deviceOf(userAgent: string): Device {
  if (/iPad|Tablet|Android(?!.*Mobile)/i.test(userAgent)) return 'tablet';
  if (/Mobile|iPhone/i.test(userAgent)) return 'phone';
  if (/Windows|Macintosh|X11|CrOS|Linux/i.test(userAgent)) return 'computer';
  return 'unknown';
}
