import { type Actor, Audit } from '@carers/audit';
import { constraintOf, Database, type Tx } from '@carers/database';
import type { OfficerScope, Purpose } from '@carers/information-service';
import { Chance, Clock, Ids, isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { In, LessThan } from 'typeorm';
import { BulletinVersion, type Edition } from './bulletin-version.entity.js';
import { Bulletin } from './bulletin.entity.js';
import { BulletinNotFound, BulletinNotOpen } from './bulletins.problems.js';
import { slugOf } from './slug.js';

/** A text as somebody writes it. `revision` is the one they began with: 0 for a new text. */
export interface WrittenText {
  locale: string;
  edition: Edition;
  title: string;
  markdown: string;
  shortText: string | null;
  revision: number;
}

/** What became of a text that was sent in: saved, or not, because somebody else saved another meanwhile. */
export type Saved = { saved: BulletinVersion } | { meanwhile: BulletinVersion };

const pageSize = 50;

/** Bulletins while they are written. An officer knows those of their carers services only. */
@Injectable()
export class Bulletins {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly chance: Chance,
  ) {}

  /** Newest first. @param after id of the last one of the page before */
  async list(scope: OfficerScope, after?: string): Promise<{ bulletins: Bulletin[]; next: string | null }> {
    const found = await this.database.reader.find(Bulletin, {
      where: {
        ...(scope && { carersServiceId: In([...scope]) }),
        ...(after && isUuid(after) && { id: LessThan(after) }),
      },
      order: { id: 'DESC' },
      take: pageSize + 1,
    });
    const bulletins = found.slice(0, pageSize);
    return { bulletins, next: found.length > pageSize ? bulletins.at(-1)!.id : null };
  }

  /** @throws BulletinNotFound, also for one of another service */
  async one(id: string, scope: OfficerScope): Promise<Bulletin> {
    const bulletin = isUuid(id) ? await this.database.reader.findOneBy(Bulletin, { id }) : null;
    return known(bulletin, scope);
  }

  /** Its texts, English first. */
  async versions({ id }: Pick<Bulletin, 'id'>): Promise<BulletinVersion[]> {
    const versions = await this.database.reader.find(BulletinVersion, {
      where: { bulletinId: id },
      order: { locale: 'ASC', edition: 'DESC' },
    });
    const rank = ({ locale, edition }: BulletinVersion) =>
      (locale === 'en-GB' ? 0 : 2) + (edition === 'standard' ? 0 : 1);
    return versions.sort((one, other) => rank(one) - rank(other));
  }

  /** Begins one, with a first text in English. */
  async create(
    facts: { carersServiceId: string; purpose: Purpose; title: string; firstText: string },
    actor: Actor,
  ): Promise<Bulletin> {
    return this.database.transaction(async (tx) => {
      const { carersServiceId, purpose, title, firstText } = facts;
      const [id, at] = [this.ids.next(), this.clock.now()];
      const bulletin = tx.create(Bulletin, {
        id,
        carersServiceId,
        purpose,
        title,
        slug: slugOf(title, this.chance),
        state: 'draft',
        segment: null,
        createdBy: actor.id,
        createdAt: at,
        updatedAt: at,
        frozenAt: null,
      });
      await tx.insert(Bulletin, bulletin);
      await tx.insert(BulletinVersion, {
        bulletinId: id,
        locale: 'en-GB',
        edition: 'standard',
        title,
        markdown: firstText,
        shortText: null,
        revision: 1,
        updatedBy: actor.id,
        updatedAt: at,
      });
      await this.note(tx, id, 'bulletin.created', actor, { purpose });
      return bulletin;
    });
  }

  /**
   * Saves a text, faults and all: it is checked when it is sent. A text that somebody else saved meanwhile is never
   * written over unseen.
   * @throws BulletinNotFound, BulletinNotOpen
   */
  async save(id: string, text: WrittenText, scope: OfficerScope, actor: Actor): Promise<Saved> {
    return this.database.transaction(async (tx) => {
      const bulletin = await this.open(tx, id, scope);
      const { locale, edition, title, markdown, shortText, revision } = text;
      const key = { bulletinId: id, locale, edition };
      const present = await tx.findOneBy(BulletinVersion, key);
      if ((present?.revision ?? 0) !== revision) {
        if (present) return { meanwhile: present };
        // Somebody took it away: what was written begins it anew.
      }
      const version = tx.create(BulletinVersion, {
        ...key,
        title,
        markdown,
        shortText,
        revision: (present?.revision ?? 0) + 1,
        updatedBy: actor.id,
        updatedAt: this.clock.now(),
      });
      await tx.save(version);
      const isFirst = locale === 'en-GB' && edition === 'standard';
      await tx.update(Bulletin, { id }, { updatedAt: this.clock.now(), ...(isFirst && { title }) });
      await this.note(tx, bulletin.id, 'bulletin.written', actor, { locale, edition, revision: version.revision });
      return { saved: version };
    });
  }

  /** Takes a text away. The first one in English stays: everybody falls back to it. */
  async drop(
    id: string,
    which: { locale: string; edition: Edition },
    scope: OfficerScope,
    actor: Actor,
  ): Promise<void> {
    if (which.locale === 'en-GB' && which.edition === 'standard') throw new BulletinNotFound();
    await this.database.transaction(async (tx) => {
      await this.open(tx, id, scope);
      const { affected } = await tx.delete(BulletinVersion, { bulletinId: id, ...which });
      if (affected) await this.note(tx, id, 'bulletin.text-removed', actor, which);
    });
  }

  /** Deletes one that was never sent. @throws BulletinNotFound, BulletinNotOpen */
  async delete(id: string, scope: OfficerScope, actor: Actor): Promise<void> {
    try {
      await this.database.transaction(async (tx) => {
        await this.open(tx, id, scope);
        await tx.delete(Bulletin, { id });
        await this.note(tx, id, 'bulletin.deleted', actor);
      });
    } catch (error) {
      // It was confirmed once and sent back: who said yes to it is kept.
      if (constraintOf(error)?.startsWith('fk_')) throw new BulletinNotOpen();
      throw error;
    }
  }

  /** The bulletin, locked, for a change of its words. @throws BulletinNotFound, BulletinNotOpen */
  async open(tx: Tx, id: string, scope: OfficerScope): Promise<Bulletin> {
    const found = isUuid(id)
      ? await tx.findOne(Bulletin, { where: { id }, lock: { mode: 'pessimistic_write' } })
      : null;
    const bulletin = known(found, scope);
    if (!bulletin.isOpen) throw new BulletinNotOpen();
    return bulletin;
  }

  async note(tx: Tx, id: string, action: string, actor: Actor, details?: Record<string, unknown>): Promise<void> {
    await this.audit.record(tx, { action, subject: { kind: 'bulletin', id }, actor, ...(details && { details }) });
  }
}

function known(bulletin: Bulletin | null, scope: OfficerScope): Bulletin {
  if (!bulletin || (scope && !scope.includes(bulletin.carersServiceId))) throw new BulletinNotFound();
  return bulletin;
}
