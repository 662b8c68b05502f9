import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { BusinessEvents } from './business-events.js';
import { BusinessMail } from './business-mail.js';
import type { Business, BusinessStatus } from './business.entity.js';
import { Joining } from './joining.js';
import { lockedBusiness } from './locked-business.js';

/** One line of the staff's list. */
export interface BusinessLine {
  id: string;
  slug: string;
  name: string;
  status: BusinessStatus;
  categorySlug: string;
  submittedAt: Date | null;
  /** Towns of its branches in use; empty for an online business. */
  towns: string[];
}

export interface BusinessFilter {
  status?: BusinessStatus | null;
  /** Part of the name, accents and case aside. */
  name?: string | null;
  /** Id of the last line of the page before. */
  after?: string | null;
}

/** Businesses as staff see and decide them. */
@Injectable()
export class Moderation {
  static readonly pageSize = 50;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly events: BusinessEvents,
    private readonly mail: BusinessMail,
    private readonly joining: Joining,
  ) {}

  /** A page of the list, those that came first before the others. */
  async list(filter: BusinessFilter): Promise<{ lines: BusinessLine[]; next: string | null }> {
    const lines = await this.database.query<BusinessLine & Record<string, unknown>>(
      `SELECT business.id, business.slug, business.name, business.status, category.slug AS "categorySlug",
              business.submitted_at AS "submittedAt",
              ARRAY(SELECT DISTINCT town FROM branch
                     WHERE business_id = business.id AND closed_at IS NULL AND town IS NOT NULL ORDER BY town) AS towns
         FROM business JOIN category ON category.id = business.category_id
        WHERE ($1::text IS NULL OR business.status = $1)
          AND ($2::text IS NULL OR plain_text(business.name) LIKE '%' || plain_text($2) || '%')
          AND ($3::uuid IS NULL OR business.id > $3)
        ORDER BY business.id LIMIT $4`,
      [filter.status ?? null, filter.name ? escaped(filter.name) : null, filter.after ?? null, Moderation.pageSize + 1],
    );
    const more = lines.length > Moderation.pageSize;
    const shown = lines.slice(0, Moderation.pageSize);
    return { lines: shown, next: more ? (shown.at(-1)?.id ?? null) : null };
  }

  /** How many businesses there are in each status. */
  async counts(): Promise<Partial<Record<BusinessStatus, number>>> {
    const rows = await this.database.query<{ status: BusinessStatus; count: number }>(
      'SELECT status, count(*)::integer AS count FROM business GROUP BY status',
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  /** Puts it in the directory and tells its owner, who can sign in from now on at the latest (an import makes no accounts). @throws BusinessNotFound, BusinessStatusForbids */
  async publish(businessId: string, actor: Actor): Promise<void> {
    await this.decide(businessId, 'business.published', actor, null, async (tx, business) => {
      business.publish(this.clock.now(), this.clock.today());
      const { contactEmail: email, contactName: name } = business;
      await this.joining.addOwner(tx, businessId, { email, name }, actor);
      await this.mail.published(tx, business);
      await this.events.announce(tx, 'published', { businessId, actor });
    });
  }

  /** Says no for now, with what would change it, and tells its owner. @throws BusinessNotFound, BusinessStatusForbids */
  async decline(businessId: string, reason: string, actor: Actor): Promise<void> {
    await this.decide(businessId, 'business.declined', actor, reason, async (tx, business) => {
      business.decline(reason, this.clock.now());
      await this.mail.declined(tx, business, reason);
    });
  }

  /** Takes it out of the directory and off the tills at once, and tells its owner. @throws BusinessNotFound, BusinessStatusForbids */
  async suspend(businessId: string, reason: string, actor: Actor): Promise<void> {
    await this.decide(businessId, 'business.suspended', actor, reason, async (tx, business) => {
      business.suspend(reason, this.clock.now());
      await this.mail.suspended(tx, business, reason);
      await this.events.announce(tx, 'suspended', { businessId, actor });
    });
  }

  private async decide(
    businessId: string,
    action: string,
    actor: Actor,
    reason: string | null,
    change: (tx: Tx, business: Business) => Promise<void>,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      const business = await lockedBusiness(tx, businessId);
      await change(tx, business);
      await tx.save(business);
      await this.audit.record(tx, { action, subject: { kind: 'business', id: businessId }, actor, reason });
    });
  }
}

/** Typed text as it stands in a LIKE pattern. */
function escaped(typed: string): string {
  return typed.replace(/[\\%_]/g, (sign) => `\\${sign}`);
}
