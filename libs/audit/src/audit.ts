import { Database, insertMany, type Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type ActorKind, AuditEvent } from './audit-event.entity.js';
import { currentOrigin } from './origin.js';

/** Who did it. `id` is an account, application, till or cardholder id; for the system, the name of the job or command. */
export interface Actor {
  kind: ActorKind;
  id: string;
  /** The role the person acted in, where one was needed. */
  role?: string;
}

export interface AuditEntry {
  /** What happened, as `subject.verb-in-the-past`: `application.approved`, `person.viewed`. */
  action: string;
  subject: { kind: string; id: string };
  actor: Actor;
  /** Why, in the words of the person who decided. */
  reason?: string | null;
  /** Further facts for those who check; never personal data. */
  details?: Record<string, unknown>;
}

/** The append-only trail of who did what, why, when and from where (OWASP ASVS 5.0, chapter 16). */
@Injectable()
export class Audit {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Adds an event in the same transaction as the change it tells of. */
  async record(tx: Tx, entry: AuditEntry): Promise<void> {
    await this.recordAll(tx, [entry]);
  }

  /** The same for many changes in one statement: at most a thousand or so. */
  async recordAll(tx: Tx, entries: readonly AuditEntry[]): Promise<void> {
    const origin = currentOrigin();
    const rows = entries.map((entry) => ({
      id: this.ids.next(),
      happenedAt: this.clock.now(),
      actorKind: entry.actor.kind,
      actorId: entry.actor.id,
      actorRole: entry.actor.role ?? null,
      action: entry.action,
      subjectKind: entry.subject.kind,
      subjectId: entry.subject.id,
      reason: entry.reason ?? null,
      details: entry.details ?? {},
      requestId: origin?.requestId ?? null,
      fromAddress: origin?.address ?? null,
    }));
    await insertMany(tx, AuditEvent, rows);
  }

  /** Records something that changes nothing else, such as reading a person's record. */
  async note(entry: AuditEntry): Promise<void> {
    await this.database.transaction((tx) => this.record(tx, entry));
  }

  /** What happened to one subject, newest first, at most `limit` events. */
  async historyOf(
    subject: { kind: string; id: string },
    limit = 100,
    through: EntityManager = this.database.reader,
  ): Promise<AuditEvent[]> {
    return through.find(AuditEvent, {
      where: { subjectKind: subject.kind, subjectId: subject.id },
      order: { happenedAt: 'DESC', id: 'DESC' },
      take: limit,
    });
  }
}
