import { type Actor, Audit } from '@carers/audit';
import type { Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type Addressee, type HashedAddress, keyOf } from './addressee.js';
import { AddressReport } from './address-report.entity.js';
import { type Channel, type Reason, reasons } from './reasons.js';
import { SoftBounce } from './soft-bounce.entity.js';
import { SuppressedAddress } from './suppressed-address.entity.js';

/** What something is about: a subscriber, a message, a delivery. */
export interface About {
  kind: string;
  id: string;
}

/** A message about to be handed over. */
export interface Sending extends Addressee {
  /** The person asked for it this minute, as for a sign-in code: a complaint about other mail does not stop it. */
  askedFor?: boolean;
}

/** A report that something could not be delivered. */
export type Bounce = (Addressee | HashedAddress) & {
  /** `hard`: never will be (no such mailbox). `soft`: not now (mailbox full). */
  kind: 'hard' | 'soft';
  at: Date;
  /** What bounced. Give it: the same report read twice then counts once. */
  about?: About;
};

/**
 * The addresses to which nothing is sent. Whatever sends asks here just before it hands over. An address is known by a
 * keyed hash alone; another address of the same person is another row, so a new one is free at once.
 */
@Injectable()
export class Suppressions {
  /** A mailbox that was full three times running is taken as given up. */
  static readonly softBounces = 3;
  private static readonly system: Actor = { kind: 'system', id: 'bounces' };

  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
  ) {}

  /**
   * From now on nothing goes there; with a `name`, nothing for that person there. Again changes nothing.
   * @param why in an officer's own words
   * @returns whether it is new
   */
  async suppress(
    tx: Tx,
    what: (Addressee | HashedAddress) & { reason: Reason; about?: About },
    actor: Actor,
    why?: string,
  ): Promise<boolean> {
    const key = keyOf(what);
    const inserted = await tx
      .createQueryBuilder()
      .insert()
      .into(SuppressedAddress)
      .values({
        channel: what.channel,
        ...key,
        reason: what.reason,
        since: this.clock.now(),
        aboutKind: what.about?.kind ?? null,
        aboutId: what.about?.id ?? null,
      })
      .orIgnore()
      .returning('reason')
      .execute();
    if ((inserted.raw as unknown[]).length === 0) return false;
    await this.tell(tx, 'address.suppressed', { ...what, ...key }, actor, why);
    return true;
  }

  /**
   * An officer lets it be used again, and says why. Nobody is told: a suppressed address is never written to.
   * @returns whether there was one
   */
  async lift(tx: Tx, what: Addressee & { reason: Reason }, actor: Actor, why?: string): Promise<boolean> {
    const key = keyOf(what);
    const { channel, reason } = what;
    const { affected } = await tx.delete(SuppressedAddress, { channel, ...key, reason });
    await tx.delete(SoftBounce, { channel, addressHash: key.addressHash });
    if (!affected) return false;
    await this.tell(tx, 'address.released', { ...what, ...key }, actor, why);
    return true;
  }

  /** Lifts everything that was suppressed about one thing for one reason. @returns how many addresses */
  async liftAbout(tx: Tx, about: About, reason: Reason, actor: Actor, why?: string): Promise<number> {
    const where = { aboutKind: about.kind, aboutId: about.id, reason };
    const rows = await tx.find(SuppressedAddress, { where, lock: { mode: 'pessimistic_write' } });
    if (rows.length === 0) return 0;
    await tx.delete(SuppressedAddress, where);
    for (const { channel, addressHash } of rows)
      await this.tell(tx, 'address.released', { channel, addressHash, reason, about }, actor, why);
    return rows.length;
  }

  /** Which of at most 1,000 addresses of one channel take nothing, for anybody there. One statement. */
  async blocked(reader: EntityManager, channel: Channel, addresses: readonly string[]): Promise<Map<string, Reason>> {
    const found = await this.blockedOf(
      reader,
      addresses.map((address) => ({ channel, address })),
    );
    return new Map(addresses.flatMap((address, index) => (found[index] ? [[address, found[index]] as const] : [])));
  }

  /**
   * Why each of at most 1,000 messages may not leave, in their order; null for those that may. One statement. A message
   * without a name counts as one to everybody at the address, unless somebody there asked for it.
   */
  async blockedOf(reader: EntityManager, sendings: readonly Sending[]): Promise<(Reason | null)[]> {
    if (sendings.length === 0) return [];
    const keys = sendings.map((sending) => ({ ...sending, ...keyOf(sending) }));
    const rows: Pick<SuppressedAddress, 'channel' | 'addressHash' | 'nameHash' | 'reason'>[] = await reader.query(
      `SELECT s.channel, s.address_hash AS "addressHash", s.name_hash AS "nameHash", s.reason
         FROM suppressed_address s
        WHERE (s.channel, s.address_hash) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
      [keys.map(({ channel }) => channel), keys.map(({ addressHash }) => addressHash)],
    );
    const byAddress = Map.groupBy(rows, ({ channel, addressHash }) => `${channel} ${addressHash}`);
    return keys.map(({ channel, addressHash, nameHash, askedFor }) => {
      const holding = (byAddress.get(`${channel} ${addressHash}`) ?? []).filter(
        (row) =>
          (row.nameHash === '' || row.nameHash === nameHash || (nameHash === '' && !askedFor)) &&
          !(askedFor && row.reason === 'complaint'),
      );
      return reasons.find((reason) => holding.some((row) => row.reason === reason)) ?? null;
    });
  }

  /** Everything that holds an address back from a person, for staff. */
  async of(reader: EntityManager, to: Addressee): Promise<SuppressedAddress[]> {
    const { addressHash, nameHash } = keyOf(to);
    const here = { channel: to.channel, addressHash };
    return reader.find(SuppressedAddress, {
      where: [{ ...here, nameHash: '' }, ...(nameHash ? [{ ...here, nameHash }] : [])],
      order: { since: 'ASC', reason: 'ASC' },
    });
  }

  /**
   * Takes a bounce. A hard one suppresses the address at once; a soft one when it is the third since something arrived.
   * Processes that report at the same moment wait for one another, so none of the three is lost.
   * @returns whether the address is suppressed by it
   */
  async bounced(tx: Tx, bounce: Bounce): Promise<boolean> {
    const { channel, about, kind, at } = bounce;
    if (about && !(await this.isNews(tx, about, kind, at))) return false;
    // Whatever name it went to: the address takes nothing for anybody.
    const { addressHash } = keyOf(bounce);
    const everybody = { channel, addressHash, reason: 'bounced', about } as const;
    if (kind === 'hard') return this.suppress(tx, everybody, Suppressions.system);
    const once = about ? `${about.kind} ${about.id}` : this.ids.next();
    const [row]: { counted: string[] }[] = await tx.query(
      `INSERT INTO soft_bounce AS row (channel, address_hash, counted, last_at) VALUES ($1, $2, ARRAY[$3::text], $4)
       ON CONFLICT (channel, address_hash) DO UPDATE
         SET counted = CASE WHEN $3 = ANY(row.counted) THEN row.counted ELSE row.counted || $3::text END,
             last_at = greatest(row.last_at, excluded.last_at)
       RETURNING counted`,
      [channel, addressHash, once, at],
    );
    if (row!.counted.length < Suppressions.softBounces) return false;
    await tx.delete(SoftBounce, { channel, addressHash });
    return this.suppress(tx, everybody, Suppressions.system);
  }

  /**
   * Takes a complaint about something that was sent. The same one, read again, changes nothing: an officer may have freed
   * the address since.
   * @returns whether the address is suppressed by it
   */
  async complained(
    tx: Tx,
    { at, ...what }: (Addressee | HashedAddress) & { about: About; at: Date },
  ): Promise<boolean> {
    if (!(await this.isNews(tx, what.about, 'complaint', at))) return false;
    return this.suppress(tx, { ...what, reason: 'complaint' }, Suppressions.system);
  }

  /**
   * Something arrived: a row of soft bounces ends. What is suppressed stays so.
   * @param at when, if reports may come out of order: bounces after it go on counting
   */
  async delivered(tx: Tx, to: (Addressee | HashedAddress) & { at?: Date }): Promise<void> {
    const { channel, at } = to;
    const { addressHash } = keyOf(to);
    await tx.query(
      `DELETE FROM soft_bounce WHERE channel = $1 AND address_hash = $2 AND last_at <= coalesce($3::timestamptz, 'infinity')`,
      [channel, addressHash, at ?? null],
    );
  }

  /** Whether a report comes for the first time. Whoever brings it at the same moment waits for the answer. */
  private async isNews(
    tx: Tx,
    { kind: aboutKind, id }: About,
    kind: AddressReport['kind'],
    at: Date,
  ): Promise<boolean> {
    const inserted = await tx
      .createQueryBuilder()
      .insert()
      .into(AddressReport)
      .values({ aboutKind, aboutId: id, kind, at })
      .orIgnore()
      .returning('kind')
      .execute();
    return (inserted.raw as unknown[]).length > 0;
  }

  private async tell(
    tx: Tx,
    action: string,
    what: { channel: Channel; addressHash: string; nameHash?: string; reason: Reason; about?: About },
    actor: Actor,
    why?: string,
  ): Promise<void> {
    await this.audit.record(tx, {
      action,
      subject: what.about ?? { kind: 'address', id: what.addressHash },
      actor,
      reason: why ?? null,
      details: { channel: what.channel, reason: what.reason, ...(what.nameHash ? { onePerson: true } : {}) },
    });
  }
}
