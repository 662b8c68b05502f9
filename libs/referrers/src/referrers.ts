import { type Actor, Audit } from '@carers/audit';
import { constraintOf, Database, type Tx } from '@carers/database';
import type { OfficerScope } from '@carers/information-service';
import { Chance, Clock, Ids, InvalidInput, isUuid, newPrintedCode } from '@carers/kernel';
import { OutsideTerritory, Places, SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Referrer } from './referrer.entity.js';
import { ReferrerKinds } from './referrer-kinds.js';
import type { NewReferrerForm, ReferrerForm } from './referrers.forms.js';
import { ReferrerNotFound } from './referrers.problems.js';

export type ReferrerStanding = 'active' | 'ended';

/** Those who send carers: made, changed and ended by the carers service whose region they are in, or administrators. */
@Injectable()
export class Referrers {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly chance: Chance,
    private readonly audit: Audit,
    private readonly places: Places,
    private readonly schemes: SchemeService,
    private readonly kinds: ReferrerKinds,
  ) {}

  /** @throws InvalidInput for an unknown kind, a code that another has, or a place that somebody does not serve */
  async make(form: NewReferrerForm, scope: OfficerScope, actor: Actor): Promise<Referrer> {
    const kinds = await this.kinds.all();
    if (!kinds.some(({ slug }) => slug === form.kind)) throw refused('kind', 'kind-missing');
    const facts = await this.factsOf(form, scope);
    for (;;) {
      const referrer = Object.assign(new Referrer(), {
        ...facts,
        id: this.ids.next(),
        code: form.code ?? newPrintedCode(this.chance),
        kind: form.kind,
        linkVersion: 1,
        madeAt: this.clock.now(),
        endedAt: null,
      });
      try {
        await this.database.transaction(async (tx) => {
          await tx.insert(Referrer, referrer);
          await this.note(tx, referrer.id, 'made', actor, { kind: form.kind, code: referrer.code });
        });
        return referrer;
      } catch (error) {
        if (constraintOf(error) !== 'uq_referrer__code') throw error;
        // Drawn by chance, another one is drawn.
        if (form.code) throw refused('code', 'code-taken');
      }
    }
  }

  /** Its kind and code stay. @throws ReferrerNotFound, InvalidInput */
  async change(id: string, form: ReferrerForm, scope: OfficerScope, actor: Actor): Promise<void> {
    const facts = await this.factsOf(form, scope);
    await this.database.transaction(async (tx) => {
      const referrer = await this.locked(tx, id, scope);
      await tx.update(Referrer, { id: referrer.id }, facts);
      await this.note(tx, referrer.id, 'changed', actor);
    });
  }

  /** From now on nothing is taken in its name; what came stays counted. Again changes nothing. @throws ReferrerNotFound */
  async end(id: string, scope: OfficerScope, reason: string, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const referrer = await this.locked(tx, id, scope);
      if (referrer.endedAt) return;
      await tx.update(Referrer, { id: referrer.id }, { endedAt: this.clock.now() });
      await this.note(tx, referrer.id, 'ended', actor, {}, reason);
    });
  }

  /** It sends carers again, under its old code. @throws ReferrerNotFound */
  async resume(id: string, scope: OfficerScope, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const referrer = await this.locked(tx, id, scope);
      if (!referrer.endedAt) return;
      await tx.update(Referrer, { id: referrer.id }, { endedAt: null });
      await this.note(tx, referrer.id, 'resumed', actor);
    });
  }

  /** Links to its figures that went out so far open nothing any more. @throws ReferrerNotFound */
  async renewLink(id: string, scope: OfficerScope, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const referrer = await this.locked(tx, id, scope);
      await tx.update(Referrer, { id: referrer.id }, { linkVersion: referrer.linkVersion + 1 });
      await this.note(tx, referrer.id, 'link-renewed', actor);
    });
  }

  /** Whose code it is, ended or not; null for none. */
  async byCode(code: string): Promise<Referrer | null> {
    return this.database.reader.findOneBy(Referrer, { code });
  }

  /** One that somebody may see. @throws ReferrerNotFound */
  async one(id: string, scope: OfficerScope): Promise<Referrer> {
    const referrer = isUuid(id) ? await this.database.reader.findOneBy(Referrer, { id }) : null;
    if (!referrer || (scope && !scope.includes(referrer.carersServiceId))) throw new ReferrerNotFound();
    return referrer;
  }

  /** Names of some, by id. */
  async named(ids: readonly string[]): Promise<Map<string, string>> {
    const found = await this.database.reader.find(Referrer, {
      select: { id: true, name: true },
      where: { id: In([...new Set(ids)]) },
    });
    return new Map(found.map(({ id, name }) => [id, name]));
  }

  /**
   * A page of those that somebody may see, by name.
   * @param after the id with which the page before ended
   */
  async list(
    scope: OfficerScope,
    standing: ReferrerStanding,
    after: string | null,
    size = 50,
  ): Promise<{ referrers: Referrer[]; next: string | null }> {
    const ids = await this.database.query<{ id: string }>(
      `SELECT id FROM referrer
        WHERE ($1::uuid[] IS NULL OR carers_service_id = ANY ($1)) AND (ended_at IS NULL) = $2
          AND ($3::uuid IS NULL OR (name, id) > (SELECT last.name, last.id FROM referrer last WHERE last.id = $3))
        ORDER BY name, id LIMIT $4`,
      [scope, standing === 'active', after && isUuid(after) ? after : null, size + 1],
    );
    const shown = ids.slice(0, size).map(({ id }) => id);
    const found = new Map(
      (await this.database.reader.findBy(Referrer, { id: In(shown) })).map((referrer) => [referrer.id, referrer]),
    );
    return { referrers: shown.map((id) => found.get(id)!), next: ids.length > size ? shown.at(-1)! : null };
  }

  private async factsOf(form: ReferrerForm, scope: OfficerScope) {
    const region = await this.regionOf(form);
    if (scope && !scope.includes(region.carersServiceId)) throw refused('postcode', 'not-your-region');
    return {
      name: form.name,
      carersServiceId: region.carersServiceId,
      regionId: region.id,
      addressLines: [form.line1, form.line2, form.town].filter((each) => each !== null),
      postcode: form.postcode,
      contactName: form.contactName,
      contactEmail: form.contactEmail,
      contactPhone: form.contactPhone,
      figuresBy: form.figuresBy,
    };
  }

  /** A practice just over the border serves people of ours: staff may say the region themselves. */
  private async regionOf(form: ReferrerForm) {
    const regions = await this.schemes.regions();
    const said = regions.find(({ slug }) => slug === form.region);
    if (said) return said;
    try {
      const { regionId } = await this.places.find(form.postcode);
      return regions.find(({ id }) => id === regionId)!;
    } catch (problem) {
      if (problem instanceof OutsideTerritory) throw refused('region', 'region-missing');
      throw problem;
    }
  }

  private async locked(tx: Tx, id: string, scope: OfficerScope): Promise<Referrer> {
    if (!isUuid(id)) throw new ReferrerNotFound();
    const referrer = await tx.findOne(Referrer, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!referrer || (scope && !scope.includes(referrer.carersServiceId))) throw new ReferrerNotFound();
    return referrer;
  }

  private async note(tx: Tx, id: string, what: string, actor: Actor, details = {}, reason?: string): Promise<void> {
    const subject = { kind: 'referrer', id };
    await this.audit.record(tx, { action: `referrer.${what}`, subject, actor, details, ...(reason && { reason }) });
  }
}

function refused(field: string, why: string): InvalidInput {
  return new InvalidInput([{ field, message: `referrers:errors.${why}` }]);
}
