import { Cardholder } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { addressOf, type Channel, InformationService, Subscriber } from '@carers/information-service';
import { JobName, Jobs } from '@carers/jobs';
import { Clock, Ids } from '@carers/kernel';
import { Messages } from '@carers/messages';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import type { CaseMove } from '../cases/case-moves.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import { Programmes } from '../programmes/programmes.js';
import { isForListing } from './case-file.js';

export const tellOfEnding = new JobName<{ endingId: string }>('vetting.tell-of-ending', { retries: 5 });

interface Ending {
  id: string;
  businessId: string;
  happenedAt: Date;
  /** Whether the trade is still not listed. */
  holds: boolean;
}

/** People of one transaction. */
const batch = 100;
const dayInMs = 86_400_000;
const first = '00000000-0000-0000-0000-000000000000';

/**
 * A trade was suspended or removed: those who used it lately are told, if they agreed to be sent information for carers.
 * Nothing is told of the reason. Who used what is known only for as long as a use is linked to a card; who was told is
 * forgotten as soon as all are.
 */
@Injectable()
export class TradeEndings {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly jobs: Jobs,
    private readonly schemes: SchemeService,
    private readonly programmes: Programmes,
    private readonly information: InformationService,
    private readonly messages: Messages,
  ) {}

  /** Notes that a trade that was accredited was suspended or removed, and asks for the telling. */
  async note(tx: Tx, { businessId, programmeId }: VettingCase, move: CaseMove): Promise<void> {
    if (move !== 'suspend' && move !== 'remove') return;
    if (!isForListing(await this.programmes.version(programmeId))) return;
    const id = this.ids.next();
    await tx.query(
      `INSERT INTO trade_ending (id, business_id, kind, happened_at)
       SELECT $1, $2, $3, $4 WHERE EXISTS (
         SELECT FROM standing WHERE business_id = $2 AND accredited_from IS NOT NULL)`,
      [id, businessId, move === 'remove' ? 'removed' : 'suspended', this.clock.now()],
    );
    await this.jobs.enqueue(tx, tellOfEnding, { endingId: id }, { once: id });
  }

  /** Tells everybody, in batches. Begun again, it goes on with those who were not told. */
  async tell(endingId: string): Promise<number> {
    let told = 0;
    for (let after = first; ;) {
      const page = await this.database.transaction((tx) => this.tellSome(tx, endingId, after));
      if (!page) return told;
      told += page.told;
      after = page.last;
    }
  }

  /**
   * Forgets endings before the oldest use that they tell of loses its link to a card: with the ending a message that is
   * kept leads to no trade any more.
   */
  async forget(): Promise<void> {
    const { retention, trades } = await this.schemes.policyOn(this.clock.today());
    const days = Math.max(1, retention.redemptionLink - trades.tellUsersWithinDays);
    const before = new Date(this.clock.now().getTime() - days * dayInMs);
    await this.database.transaction((tx) => tx.query('DELETE FROM trade_ending WHERE happened_at < $1', [before]));
  }

  private async tellSome(tx: Tx, endingId: string, after: string): Promise<{ told: number; last: string } | null> {
    const [ending] = await tx.query<Ending[]>(
      `SELECT id, business_id AS "businessId", happened_at AS "happenedAt",
              NOT EXISTS (SELECT FROM standing WHERE business_id = trade_ending.business_id AND listed) AS holds
         FROM trade_ending WHERE id = $1 AND told_at IS NULL FOR UPDATE`,
      [endingId],
    );
    if (!ending) return null;
    const people = ending.holds ? await this.usersOf(tx, ending, after) : [];
    let told = 0;
    for (const id of people) if (await this.tellOne(tx, ending, id)) told++;
    const last = people.at(-1);
    if (last !== undefined && people.length === batch) return { told, last };
    await tx.query('UPDATE trade_ending SET told_at = $2 WHERE id = $1', [endingId, this.clock.now()]);
    await tx.query('DELETE FROM ending_told WHERE ending_id = $1', [endingId]);
    return { told, last: last ?? after };
  }

  /** Cardholders whose uses of the last days lead to them, in the order of their ids. */
  private async usersOf(tx: Tx, { businessId, happenedAt }: Ending, after: string): Promise<string[]> {
    const policy = await this.schemes.policyOn(this.clock.today());
    const days = Math.min(policy.trades.tellUsersWithinDays, policy.retention.redemptionLink);
    const rows = await tx.query<{ id: string }[]>(
      `SELECT DISTINCT card.cardholder_id AS id
         FROM branch JOIN redemption ON redemption.branch_id = branch.id AND redemption.undone_at IS NULL
          AND redemption.occurred_at >= $2
         JOIN card ON card.id = redemption.card_id AND card.kind <> 'test'
        WHERE branch.business_id = $1 AND card.cardholder_id > $3 ORDER BY 1 LIMIT ${batch}`,
      [businessId, new Date(happenedAt.getTime() - days * dayInMs), after],
    );
    return rows.map(({ id }) => id);
  }

  private async tellOne(tx: Tx, ending: Ending, cardholderId: string): Promise<boolean> {
    const subscriber = await tx.findOneBy(Subscriber, { cardholderId });
    const cardholder = subscriber && (await tx.findOneBy(Cardholder, { id: cardholderId }));
    if (!cardholder) return false;
    const order = [...new Set<Channel>([cardholder.contactChannel, 'email', 'text', 'post'])];
    for (const channel of order) {
      const address = addressOf(cardholder, channel);
      if (!address || !(await this.information.mayReceive(subscriber.id, 'carers_information', channel))) continue;
      const noted = await tx.query<unknown[]>(
        `INSERT INTO ending_told (ending_id, cardholder_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING ending_id`,
        [ending.id, cardholderId],
      );
      if (noted.length === 0) return false;
      await this.messages.queue(tx, {
        to: { channel, address, name: `${cardholder.firstName} ${cardholder.lastName}`, locale: subscriber.locale },
        template: 'vetting/trade-ended',
        params: { endingId: ending.id, subscriberId: subscriber.id },
        about: { kind: 'subscriber', id: subscriber.id },
      });
      return true;
    }
    return false;
  }
}
