import { Cardholder, type CaringRole } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { Clock, type LocalDate } from '@carers/kernel';
import { NoPolicyYet, SchemeService } from '@carers/places';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { In } from 'typeorm';
import { SubscriberEvents } from '../subscriber-events.js';
import { type Ages, ageBandOf, rolesOf } from './facets.js';

/** People whose dates of birth are opened at a time: what bounds the memory. */
const batch = 1_000;

interface Kept {
  id: string;
  cardholderId: string;
  roles: CaringRole[];
  band: string | null;
}

/**
 * What a list is filtered by and cannot be asked of sealed columns: caring roles and the band of the age, kept as plain
 * columns of the subscriber. (`reach`, what they said yes to, is kept by the database itself.) Set when somebody
 * registers, put right each night, for people grow older.
 */
@Injectable()
export class SubscriberFacets implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly schemes: SchemeService,
    private readonly events: SubscriberEvents,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    for (const event of ['registered', 'returned', 'changed'] as const) {
      this.events.onMany(event, async (tx, changes) => {
        const ids = changes.map(({ subscriberId }) => subscriberId);
        await this.refresh(tx, ids);
      });
    }
  }

  /** Puts some people right. @returns how many were wrong */
  async refresh(tx: Tx, subscriberIds: readonly string[]): Promise<number> {
    const kept = (await tx.query(`${select} WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`, [
      subscriberIds,
    ])) as Kept[];
    return this.putRight(tx, kept, this.clock.today());
  }

  /** Puts everybody right, in batches with a transaction each. @returns how many were wrong */
  async refreshAll(): Promise<number> {
    const today = this.clock.today();
    let after = '00000000-0000-0000-0000-000000000000';
    let wrong = 0;
    for (;;) {
      const kept = await this.database.transaction(async (tx) => {
        const rows = (await tx.query(`${select} WHERE id > $1 ORDER BY id LIMIT ${batch} FOR UPDATE`, [
          after,
        ])) as Kept[];
        wrong += await this.putRight(tx, rows, today);
        return rows;
      });
      if (kept.length < batch) return wrong;
      after = kept.at(-1)!.id;
    }
  }

  private async putRight(tx: Tx, kept: readonly Kept[], today: LocalDate): Promise<number> {
    if (kept.length === 0) return 0;
    const people = await tx.find(Cardholder, {
      select: { id: true, birthDate: true, caringRoles: true },
      where: { id: In(kept.map(({ cardholderId }) => cardholderId)) },
    });
    const byId = new Map(people.map((person) => [person.id, person]));
    const ages = await this.ages(today);
    const wrong = kept.flatMap(({ id, cardholderId, roles, band }) => {
      const { birthDate, caringRoles } = byId.get(cardholderId)!;
      const now = { roles: rolesOf(caringRoles, birthDate, ages, today), band: ageBandOf(birthDate, today) };
      return now.band === band && now.roles.join() === roles.join() ? [] : [{ id, ...now }];
    });
    if (wrong.length > 0) {
      await tx.query(
        `UPDATE subscriber s SET caring_roles = w.roles, age_band = w.band
           FROM jsonb_to_recordset($1::jsonb) w(id uuid, roles text[], band text) WHERE s.id = w.id`,
        [JSON.stringify(wrong)],
      );
    }
    return wrong.length;
  }

  private async ages(today: LocalDate): Promise<Ages> {
    // As last read: asking anew inside a transaction would need a second connection.
    const { policies } = this.schemes.lastKnown() ?? (await this.schemes.current());
    const inForce = policies.find(({ validFrom }) => validFrom <= today);
    if (!inForce) throw new NoPolicyYet(today);
    return inForce.document.eligibility;
  }
}

const select = `SELECT id, cardholder_id AS "cardholderId", caring_roles AS roles, age_band AS band FROM subscriber`;
