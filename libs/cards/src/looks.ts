import { Database } from '@carers/database';
import { isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';

/** What of the audit trail is somebody looking at a cardholder. */
const looks = ['person.viewed', 'person.found', 'card.printed'] as const;

/** One time that somebody of the scheme looked at a cardholder's record. Who it was is told as a role, not as a name. */
export interface Look {
  id: string;
  happenedAt: Date;
  action: (typeof looks)[number];
  /** By what they came to it: `review`, where something was noticed about the card. */
  through: string | null;
  actorKind: string;
  actorRole: string | null;
  reason: string | null;
  /** Whose record, where an account holds several. */
  cardholderId: string;
}

/** Records of a cardholder that another lib keeps, as the audit trail names them. */
export type RecordSource = (
  cardholderIds: readonly string[],
) => Promise<{ kind: string; id: string; holder: string }[]>;

const pageSize = 25;

/** Who looked at what is held about a cardholder, from the audit trail. */
@Injectable()
export class Looks {
  private readonly sources: RecordSource[] = [];

  constructor(private readonly database: Database) {}

  /** A lib that keeps records about cardholders tells where they are, when its module starts (`onModuleInit`). */
  addSource(source: RecordSource): void {
    this.sources.push(source);
  }

  /** One page, the newest first, and where the next one begins. */
  async at(cardholderIds: readonly string[], cursor: string | null): Promise<{ looks: Look[]; next: string | null }> {
    const [before, beforeId] = readCursor(cursor);
    const subjects = await this.subjectsOf(cardholderIds);
    const rows = await this.database.query<Look>(
      `SELECT found.id, found.happened_at AS "happenedAt", found.action, found.details ->> 'through' AS through,
              found.actor_kind AS "actorKind", found.actor_role AS "actorRole", found.reason,
              subject.holder AS "cardholderId"
         FROM unnest($1::text[], $2::text[], $3::uuid[]) AS subject (kind, id, holder)
         CROSS JOIN LATERAL (
           SELECT * FROM audit_event
            WHERE subject_kind = subject.kind AND subject_id = subject.id AND action = ANY ($4::text[])
              AND actor_role IS DISTINCT FROM 'carer'
              AND ($5::timestamptz IS NULL OR (happened_at, id) < ($5, $6::uuid))
            ORDER BY happened_at DESC, id DESC LIMIT ${pageSize + 1}) found
        ORDER BY found.happened_at DESC, found.id DESC LIMIT ${pageSize + 1}`,
      [
        subjects.map(({ kind }) => kind),
        subjects.map(({ id }) => id),
        subjects.map(({ holder }) => holder),
        looks,
        before,
        beforeId,
      ],
    );
    const shown = rows.slice(0, pageSize);
    const last = shown.at(-1);
    return { looks: shown, next: rows.length > pageSize && last ? `${last.happenedAt.getTime()}_${last.id}` : null };
  }

  private async subjectsOf(cardholderIds: readonly string[]): Promise<{ kind: string; id: string; holder: string }[]> {
    const cards = await this.database.query<{ id: string; holder: string }>(
      'SELECT id, cardholder_id AS holder FROM card WHERE cardholder_id = ANY ($1::uuid[])',
      [cardholderIds],
    );
    const others = await Promise.all(this.sources.map((source) => source(cardholderIds)));
    return [
      ...cardholderIds.map((id) => ({ kind: 'cardholder', id, holder: id })),
      ...cards.map((card) => ({ kind: 'card', ...card })),
      ...others.flat(),
    ];
  }
}

function readCursor(cursor: string | null): [Date, string] | [null, null] {
  const match = /^(\d{1,15})_(.+)$/.exec(cursor ?? '');
  return match && isUuid(match[2]!) ? [new Date(Number(match[1])), match[2]!] : [null, null];
}
