import { Database } from '@carers/database';
import { addDays, Clock, dateInLondon, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { IsNull, In } from 'typeorm';
import { Accreditation } from '../cases/accreditation.entity.js';
import { endedStates } from '../cases/case-moves.js';
import { Sanction } from '../cases/sanction.entity.js';
import { VettingCase } from '../cases/vetting-case.entity.js';
import { CheckList } from '../checks/check-list.js';
import { OutsideClaim } from '../checks/outside-claim.entity.js';
import { isForListing } from '../listing/case-file.js';
import { type KeptStanding, Standings } from '../listing/standings.js';
import { checkOf, type Programme } from '../programmes/programme.js';
import { Programmes } from '../programmes/programmes.js';
import { encodeCursor, placeOf, type RegisterAsked } from './register-query.js';

/** An accreditation in force, as a line of the register shows it. */
export interface RegisteredAccreditation {
  programme: string;
  /** Catalogue key. */
  titleKey: string;
  since: LocalDate;
  /** The last day. */
  until: LocalDate;
}

export interface RegisterLine {
  slug: string;
  name: string;
  /** Slug. */
  category: string;
  towns: string[];
  accreditations: RegisteredAccreditation[];
}

/** Where a business stands in one programme, with what the public may know of it. */
export interface RegisterPart {
  programme: string;
  titleKey: string;
  /** The programme that a trade must have. */
  forListing: boolean;
  status: 'accredited' | 'suspended' | 'not_current' | 'ended';
  since: LocalDate;
  until: LocalDate;
  endedOn: LocalDate | null;
  /** What was looked at and found right; nothing of what was seen. Only while it is accredited. */
  checks: {
    titleKey: string;
    checkedOn: LocalDate;
    until: LocalDate | null;
    schemeKey: string | null;
  }[];
  /** As the business was told; null without any. */
  conditions: string | null;
  /** Steps of the sanctions ladder that the public is told of, while they are in force. Without their reasons. */
  sanctions: { kind: 'suspension' | 'removal'; on: LocalDate }[];
  /** Memberships elsewhere that staff looked up. */
  claims: { titleKey: string; number: string; lookUp: string; checkedOn: LocalDate }[];
}

export interface RegisterEntry {
  id: string;
  slug: string;
  name: string;
  category: string;
  summary: string | null;
  website: string | null;
  towns: string[];
  /** It takes part no more, and what it had ended for good. */
  gone: boolean;
  parts: RegisterPart[];
}

type Row = { id: string; slug: string; name: string; sort: string; category: string; towns: string[] } & {
  accreditations: { programme: string; programmeId: string; since: LocalDate; until: LocalDate }[];
};

const pageSize = 20;
const townsOf = `ARRAY(SELECT DISTINCT town FROM branch WHERE business_id = business.id AND closed_at IS NULL
  AND town IS NOT NULL ORDER BY town LIMIT 5) AS towns`;
/** A date that is over counts at once, whether or not the night's job has run. */
const inForce = 'standing.business_id = business.id AND standing.accredited AND standing.accredited_until >= $1';

/** The public register of businesses that hold an accreditation. Nothing of their evidence or of people is read here. */
@Injectable()
export class Register {
  static readonly pageSize = pageSize;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly programmes: Programmes,
    private readonly standings: Standings,
    private readonly list: CheckList,
  ) {}

  /** A page of those in force, by name. */
  async page(asked: RegisterAsked): Promise<{ lines: RegisterLine[]; next: string | null }> {
    const { after } = asked;
    const place = asked.place ? placeOf(asked.place) : null;
    const rows = await this.database.query<Row>(
      // The lines first, along their index; then what each shows.
      `WITH found AS (
         SELECT DISTINCT ON (standing.name, standing.business_id) standing.name AS sort, business.id, business.slug,
                business.name, category.slug AS category
           FROM standing JOIN business ON business.id = standing.business_id AND business.status IN ('submitted', 'published')
           JOIN category ON category.id = business.category_id
          WHERE standing.accredited AND standing.accredited_until >= $1
            AND ($2::text IS NULL OR standing.programme = $2)
            AND ($3::text IS NULL OR standing.name LIKE '%' || plain_text($3) || '%')
            AND ($4::text IS NULL OR category.slug = $4)
            AND ($5::text IS NULL OR EXISTS (SELECT FROM branch WHERE business_id = business.id AND closed_at IS NULL
                  AND postcode LIKE $5 || ' %'))
            AND ($6::text IS NULL OR EXISTS (SELECT FROM branch WHERE business_id = business.id AND closed_at IS NULL
                  AND plain_text(town) LIKE plain_text($6) || '%'))
            AND ($7::text IS NULL OR (standing.name, standing.business_id) > ($7, $8::uuid))
          ORDER BY standing.name, standing.business_id LIMIT ${pageSize + 1}
       )
       SELECT business.*, ${townsOf},
              (SELECT jsonb_agg(jsonb_build_object('programme', standing.programme, 'programmeId', held.programme_id,
                        'since', standing.accredited_from, 'until', standing.accredited_until) ORDER BY standing.programme)
                 FROM standing JOIN vetting_case held ON held.id = standing.case_id WHERE ${inForce}) AS accreditations
         FROM found business ORDER BY business.sort, business.id`,
      [
        this.clock.today(),
        asked.programme ?? null,
        asked.q ? escaped(asked.q) : null,
        asked.category ?? null,
        place?.outcode ?? null,
        place?.town ? escaped(place.town) : null,
        after?.name ?? null,
        after?.id ?? null,
      ],
    );
    const shown = rows.slice(0, pageSize);
    const last = shown.at(-1);
    return {
      lines: await Promise.all(shown.map((row) => this.line(row))),
      next: rows.length > pageSize && last ? encodeCursor({ name: last.sort, id: last.id }) : null,
    };
  }

  /** A business that holds, or once held, an accreditation; null for any other. */
  async entry(slug: string): Promise<RegisterEntry | null> {
    if (slug.length > 200) return null;
    const [business] = await this.database.query<Omit<RegisterEntry, 'parts' | 'gone'> & { there: boolean }>(
      `SELECT business.id, business.slug, business.name, category.slug AS category, business.summary, business.website,
              business.status IN ('submitted', 'published') AS there, ${townsOf}
         FROM business JOIN category ON category.id = business.category_id WHERE business.slug = $1`,
      [slug],
    );
    if (!business) return null;
    const held = (await this.standings.of(business.id)).filter(({ accreditedFrom }) => accreditedFrom !== null);
    if (held.length === 0) return null;
    const { there, ...facts } = business;
    const parts = await Promise.all(held.map((standing) => this.part(standing, there)));
    return { ...facts, parts, gone: parts.every(({ status }) => status === 'ended') };
  }

  /** The accreditations in force of a business, by its slug. For other pages about it. */
  async inForce(slug: string): Promise<RegisteredAccreditation[]> {
    const rows = await this.database.query<Row['accreditations'][number]>(
      `SELECT standing.programme, held.programme_id AS "programmeId", standing.accredited_from AS since,
              standing.accredited_until AS until
         FROM business JOIN standing ON ${inForce} JOIN vetting_case held ON held.id = standing.case_id
        WHERE business.slug = $2 AND business.status IN ('submitted', 'published') ORDER BY standing.programme`,
      [this.clock.today(), slug],
    );
    return Promise.all(rows.map((row) => this.accreditation(row)));
  }

  private async line({ slug, name, category, towns, accreditations }: Row): Promise<RegisterLine> {
    const titled = await Promise.all(accreditations.map((each) => this.accreditation(each)));
    return { slug, name, category, towns, accreditations: titled };
  }

  private async accreditation(row: Row['accreditations'][number]): Promise<RegisteredAccreditation> {
    const { title } = await this.programmes.version(row.programmeId);
    return { programme: row.programme, titleKey: title, since: row.since, until: row.until };
  }

  private async part(standing: KeptStanding, there: boolean): Promise<RegisterPart> {
    const { reader } = this.database;
    const found = await reader.findOneByOrFail(VettingCase, { id: await this.lastAccredited(standing) });
    const programme = await this.programmes.version(found.programmeId);
    const today = this.clock.today();
    const current = there && standing.accredited && standing.accreditedUntil! >= today;
    const sanctions = await reader.find(Sanction, {
      where: { caseId: found.id, kind: In(['suspension', 'removal']), endedAt: IsNull() },
      order: { givenAt: 'ASC' },
    });
    const claims = await reader.find(OutsideClaim, { where: { caseId: found.id, state: 'confirmed' } });
    return {
      programme: standing.programme,
      titleKey: programme.title,
      forListing: isForListing(programme),
      status: statusOf(found, there, current),
      since: standing.accreditedFrom!,
      until: standing.accreditedUntil!,
      endedOn: current ? null : (standing.endedOn ?? firstDayWithout(standing.accreditedUntil!, today)),
      checks: current ? await this.checksOf(found, programme, claims) : [],
      conditions: current ? found.conditions : null,
      sanctions: sanctions.map(({ kind, givenAt }) => ({
        kind: kind as 'suspension' | 'removal',
        on: dateInLondon(givenAt),
      })),
      claims: current ? claims.flatMap((claim) => shownClaim(programme, claim)) : [],
    };
  }

  /** The case that gave the accreditation: whoever was removed and begins anew has nothing new to show until approved. */
  private async lastAccredited({ businessId, programme, caseId }: KeptStanding): Promise<string> {
    const last = await this.database.reader.findOne(Accreditation, {
      where: { businessId, programmeSlug: programme },
      order: { createdAt: 'DESC', id: 'DESC' },
    });
    return last?.caseId ?? caseId;
  }

  private async checksOf(
    found: VettingCase,
    programme: Programme,
    claims: OutsideClaim[],
  ): Promise<RegisterPart['checks']> {
    const checks = await this.list.of(this.database.reader, found.id);
    return checks
      .filter(({ state, decidedAt }) => state === 'accepted' && decidedAt !== null)
      .flatMap((check) => {
        const rules = checkOf(programme, check.key);
        const claim = claims.find(({ id }) => id === check.claimId);
        const scheme = programme.outsideSchemes.find(({ key }) => key === claim?.scheme);
        const shown = { checkedOn: dateInLondon(check.decidedAt!), until: check.validUntil };
        return rules ? [{ titleKey: rules.title, ...shown, schemeKey: scheme?.title ?? null }] : [];
      });
  }
}

function statusOf({ state }: VettingCase, there: boolean, current: boolean): RegisterPart['status'] {
  if (current) return 'accredited';
  if (!there || endedStates.includes(state)) return 'ended';
  return state === 'suspended' ? 'suspended' : 'not_current';
}

function shownClaim(programme: Programme, claim: OutsideClaim): RegisterPart['claims'] {
  const scheme = programme.outsideSchemes.find(({ key }) => key === claim.scheme);
  if (!scheme || !claim.lookedUpAt) return [];
  const checkedOn = dateInLondon(claim.lookedUpAt);
  return [{ titleKey: scheme.title, number: claim.number, lookUp: scheme.lookUp, checkedOn }];
}

/** Where the night's job has not run yet. */
function firstDayWithout(until: LocalDate, today: LocalDate): LocalDate {
  return until < today ? addDays(until, 1) : today;
}

/** Typed text as it stands in a LIKE pattern. */
function escaped(typed: string): string {
  return typed.replace(/[\\%_]/g, (sign) => `\\${sign}`);
}
