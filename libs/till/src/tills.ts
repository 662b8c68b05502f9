import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Chance, Clock, Ids, isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { hashOfTillKey } from './till-key.js';
import { TillPairing } from './till-pairing.entity.js';
import { TillKeys } from './till-keys.js';
import { type TillLine, tillLines } from './till-lines.js';
import { Till, type TillScope, tillScopes } from './till.entity.js';
import { BranchNotFound, PairingCodeRefused, TillNotFound } from './till.problems.js';

/** A key, shown once. */
export interface NewTill {
  till: Till;
  key: string;
}

/** A code for pairing a phone. */
export interface NewPairing {
  code: string;
  expiresAt: Date;
}

/** A till by the names that people know it by. */
export interface TillNames {
  id: string;
  name: string;
  branch: string;
  business: string;
  /** Whether it may check cards: its business takes part at present. */
  working: boolean;
}

/** How long a pairing code works. */
export const pairingMinutes = 10;
/** Capitals and digits that nobody confuses: 30^8 codes, each good for ten minutes and once. */
const pairingAlphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The tills of branches: made, paired, listed, ended. */
@Injectable()
export class Tills {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly chance: Chance,
    private readonly audit: Audit,
    private readonly keys: TillKeys,
  ) {}

  /**
   * Makes a till with a key for a shop's own system.
   * @param branch id or slug
   * @param scopes what its keys may be used for
   * @throws BranchNotFound
   */
  async create(
    branch: string,
    name: string,
    actor: Actor,
    scopes: readonly TillScope[] = tillScopes,
  ): Promise<NewTill> {
    return this.database.transaction(async (tx) =>
      this.add(tx, { branchId: await this.branchId(tx, branch), name, kind: 'key', scopes, app: null }, actor),
    );
  }

  /** Makes a code with which one phone becomes a till of the branch, within ten minutes. */
  async offerPairing(branchId: string, name: string, actor: Actor): Promise<NewPairing> {
    const code = Array.from({ length: 8 }, () => this.chance.pick([...pairingAlphabet])).join('');
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + pairingMinutes * 60_000);
    await this.database.transaction(async (tx) => {
      const id = this.ids.next();
      await tx.insert(TillPairing, {
        id,
        branchId: await this.branchId(tx, branchId),
        name,
        codeHash: hashOfTillKey(code),
        createdAt: now,
        expiresAt,
        tillId: null,
        usedAt: null,
      });
      await this.audit.record(tx, { action: 'till.pairing-offered', subject: { kind: 'till-pairing', id }, actor });
    });
    return { code, expiresAt };
  }

  /**
   * Makes the phone that has the code a till. A code works once.
   * @param typed the code, however it was typed
   * @param app what the phone says it is
   * @throws PairingCodeRefused
   */
  async pair(typed: string, app: string | null = null): Promise<NewTill> {
    const code = typed.toUpperCase().replace(/[^0-9A-Z]/g, '');
    return this.database.transaction(async (tx) => {
      const pairing = await tx.findOne(TillPairing, {
        where: { codeHash: hashOfTillKey(code), usedAt: IsNull() },
        lock: { mode: 'pessimistic_write' },
      });
      const now = this.clock.now();
      if (!pairing || pairing.expiresAt <= now) throw new PairingCodeRefused();
      const actor: Actor = { kind: 'link', id: pairing.id };
      const { branchId, name } = pairing;
      const made = await this.add(tx, { branchId, name, kind: 'phone', scopes: tillScopes, app }, actor);
      await tx.update(TillPairing, { id: pairing.id }, { usedAt: now, tillId: made.till.id });
      return made;
    });
  }

  /** The tills of a business that work, the oldest first. */
  async ofBusiness(businessId: string): Promise<TillLine[]> {
    return this.database.query<TillLine>(tillLines('business.id = $2'), [this.clock.now(), businessId]);
  }

  /** Which till a key belongs to. @throws TillKeyRefused when it is none (any more) */
  async byKey(keyHash: string): Promise<TillNames> {
    const { id, name, branchName, businessName, working } = await this.keys.till(keyHash);
    return { id, name, branch: branchName, business: businessName, working };
  }

  /**
   * Ends a till at once: none of its keys works any more. Again, it changes nothing.
   * @param businessId whose till it must be; null for the operator
   * @throws TillNotFound
   */
  async end(tillId: string, businessId: string | null, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [till] = (await tx.query(
        `SELECT till.ended_at FROM till JOIN branch ON branch.id = till.branch_id
          WHERE till.id = $1 AND ($2::uuid IS NULL OR branch.business_id = $2) FOR NO KEY UPDATE OF till`,
        [tillId, businessId],
      )) as { ended_at: Date | null }[];
      if (!till) throw new TillNotFound();
      if (till.ended_at) return;
      await tx.update(Till, { id: tillId }, { endedAt: this.clock.now() });
      await this.audit.record(tx, { action: 'till.ended', subject: { kind: 'till', id: tillId }, actor });
    });
  }

  private async add(
    tx: Tx,
    made: Pick<Till, 'branchId' | 'name' | 'kind' | 'app'> & { scopes: readonly TillScope[] },
    actor: Actor,
  ): Promise<NewTill> {
    const till = tx.create(Till, {
      ...made,
      id: this.ids.next(),
      scopes: [...made.scopes],
      createdAt: this.clock.now(),
      lastSyncAt: null,
      pin: null,
      endedAt: null,
    });
    await tx.insert(Till, till);
    const key = await this.keys.add(tx, till.id);
    await this.audit.record(tx, {
      action: 'till.added',
      subject: { kind: 'till', id: till.id },
      actor,
      details: { branchId: till.branchId, kind: till.kind, scopes: till.scopes },
    });
    return { till, key };
  }

  private async branchId(tx: Tx, branch: string): Promise<string> {
    const column = isUuid(branch) ? 'id' : 'slug';
    const [found] = (await tx.query(`SELECT id FROM branch WHERE ${column} = $1 AND closed_at IS NULL`, [branch])) as {
      id: string;
    }[];
    if (!found) throw new BranchNotFound();
    return found.id;
  }
}
