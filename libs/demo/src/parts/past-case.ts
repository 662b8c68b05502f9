import type { Actor } from '@carers/audit';
import { addDays, addMonths, dateInLondon } from '@carers/kernel';
import {
  type CheckAnswer,
  checksFor,
  type Programme,
  type ProgrammeCheck,
  SiteVisit,
  tierOf,
  VettingCase,
  VettingCheck,
  VettingNote,
  VettingPerson,
  VettingReference,
} from '@carers/vetting';
import type { DemoCase } from '../data-files.js';
import type { DemoPast } from '../demo-past.js';

/** Who had a part in a case of the past. */
export interface CasePeopleThen {
  businessId: string;
  ownerId: string;
  looks: Actor;
  decides: Actor;
}

/** The rows of one case. */
export interface CaseRows {
  case: VettingCase;
  checks: VettingCheck[];
  people: VettingPerson[];
  references: VettingReference[];
  visits: SiteVisit[];
  note: VettingNote;
  /** When it was sent in, and decided. */
  submittedAt: Date;
  decidedAt: Date | null;
}

/** A case as it would stand if it had been sent in so many days ago. */
export function caseRows(past: DemoPast, told: DemoCase, programme: Programme, then: CasePeopleThen): CaseRows {
  const submittedAt = past.daysAgo(told.daysAgo);
  const decidedAt = told.state === 'approved' ? past.daysAgo(told.daysAgo - 14) : null;
  const lookedAt = decidedAt ?? past.after(submittedAt, 5);
  const tier = tierOf(programme, told.facts)!.tier;
  const { businessId, looks, decides } = then;
  const made = Object.assign(new VettingCase(), {
    id: past.id(submittedAt),
    reference: Array.from({ length: 8 }, () => past.chance.pick([...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'])).join(''),
    ...{
      businessId,
      programmeId: programme.id,
      programmeSlug: programme.slug,
      state: told.state,
      facts: told.facts,
      tier,
    },
    waitingFor: decidedAt ? ('nobody' as const) : ('officer' as const),
    officerId: looks.id,
    recommendedBy: decidedAt ? [looks.id] : [],
    decidedBy: decidedAt ? [decides.id] : [],
    ...{ createdAt: submittedAt, submittedAt, stateSince: decidedAt ?? submittedAt, changedAt: lookedAt },
  });
  const rules = checksFor(programme, tier, told.facts);
  const checks = rules.map((rule) => checkRow(past, told, programme, made.id, rule, then, { submittedAt, lookedAt }));
  const asking = checks.find(({ key }) => rules.find((rule) => rule.key === key)?.references);
  return {
    ...{ case: made, checks, submittedAt, decidedAt },
    people: told.people.map((person) =>
      Object.assign(new VettingPerson(), {
        ...{ id: past.id(submittedAt), caseId: made.id, ...person, createdAt: submittedAt },
        ...(decidedAt && person.entersHomes
          ? { disclosureResult: 'clear' as const, disclosureOn: dateInLondon(submittedAt), disclosureBy: looks.id }
          : {}),
      }),
    ),
    references: asking
      ? told.references.map((one) => referenceRow(past, one, programme, asking, looks, submittedAt))
      : [],
    visits: told.visit ? [visitRow(past, told.visit, made.id, looks, lookedAt)] : [],
    note: Object.assign(new VettingNote(), {
      ...{ id: past.id(lookedAt), caseId: made.id, words: told.note, writtenBy: looks.id, writtenAt: lookedAt },
    }),
  };
}

function checkRow(
  past: DemoPast,
  told: DemoCase,
  programme: Programme,
  caseId: string,
  rule: ProgrammeCheck,
  { ownerId, looks }: CasePeopleThen,
  at: { submittedAt: Date; lookedAt: Date },
): VettingCheck {
  const accepted = !told.accepted || told.accepted.includes(rule.key);
  const answer: CheckAnswer = { ...told.answers[rule.key], ...insured(past, told, rule) };
  return Object.assign(new VettingCheck(), {
    id: past.id(at.submittedAt),
    ...{ caseId, key: rule.key, position: programme.checks.indexOf(rule), answer, renewing: false },
    ...{
      state: accepted ? ('accepted' as const) : ('answered' as const),
      answeredAt: at.submittedAt,
      answeredBy: ownerId,
    },
    ...(accepted && { decidedAt: at.lookedAt, decidedBy: looks.id, validUntil: lastDayOf(rule, answer, at.lookedAt) }),
  });
}

/** The insurance that a check asks for. */
function insured(past: DemoPast, { insuredDays }: DemoCase, { asks }: ProgrammeCheck): CheckAnswer {
  const cover = asks.find(({ key }) => key === 'cover');
  if (!cover) return {};
  const expires_on = addDays(past.today, insuredDays);
  return {
    insurer: 'Chesil Mutual',
    policy_number: `CM ${past.between(100_000, 999_999)}`,
    cover: cover.least ?? 0,
    expires_on,
  };
}

function lastDayOf({ lasts }: ProgrammeCheck, answer: CheckAnswer, at: Date): string | null {
  if (lasts === 'always') return null;
  return 'months' in lasts ? addMonths(dateInLondon(at), lasts.months) : String(answer[lasts.until]);
}

function referenceRow(
  past: DemoPast,
  { name, job, scores }: DemoCase['references'][number],
  programme: Programme,
  check: VettingCheck,
  looks: Actor,
  at: Date,
): VettingReference {
  const questions = programme.checks.find(({ key }) => key === check.key)!.references!.questions;
  const answeredAt = past.after(at, 4);
  const sum = scores?.reduce((total, score) => total + score, 0) ?? 0;
  return Object.assign(new VettingReference(), {
    ...{ id: past.id(at), caseId: check.caseId, checkId: check.id, name, job, createdAt: at },
    email: `${name.toLowerCase().replaceAll(' ', '.')}@example.org`,
    ...(scores && {
      ...{
        askedAt: at,
        askedBy: looks.id,
        answeredAt,
        answeredBy: looks.id,
        mean: Math.floor((sum * 100) / scores.length),
      },
      answer: { scores: Object.fromEntries(questions.map(({ key }, place) => [key, scores[place]!])), words: null },
    }),
  });
}

function visitRow(
  past: DemoPast,
  visit: NonNullable<DemoCase['visit']>,
  caseId: string,
  looks: Actor,
  at: Date,
): SiteVisit {
  const findings = Object.entries(visit).map(([key, found]) => [key, { found, words: null }] as const);
  return Object.assign(new SiteVisit(), {
    ...{ id: past.id(at), caseId, visitedOn: dateInLondon(at), visitedBy: looks.id, changedAt: at },
    findings: Object.fromEntries(findings),
  });
}
