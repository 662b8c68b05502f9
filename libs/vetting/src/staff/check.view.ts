import type { EvidenceFile } from '@carers/evidence';
import type { Words } from '@carers/pages';
import type { CaseState } from '../cases/case-moves.js';
import type { CheckState, VettingCheck } from '../checks/vetting-check.entity.js';
import type { CompanyFindingRow } from '../companies-house/company-finding.entity.js';
import { filesOfCheck } from '../evidence-owners.js';
import { checkOf, type Programme, type ProgrammeCheck } from '../programmes/programme.js';
import type { RegisterLook } from './register-look.entity.js';
import { answerLines, type AnswerLine } from './answers.view.js';

/** A file as a link, or as a line that says why there is none. */
export interface FileLine {
  id: string;
  name: string;
  /** Null while it cannot be opened. */
  href: string | null;
  stateKey: string | null;
  kilobytes: number;
  pages: number | null;
  keptAt: Date;
}

export interface CheckView {
  id: string;
  key: string;
  title: string;
  why: string;
  advice: string | null;
  stateKey: string;
  tag: string;
  lines: AnswerLine[];
  files: FileLine[];
  /** What was asked for as evidence, where nothing was sent. */
  wants: string[];
  hasReferences: boolean;
  hasPeople: boolean;
  answeredAt: Date | null;
  decidedAt: Date | null;
  decidedBy: string | null;
  validUntil: string | null;
  note: string | null;
  rejection: string | null;
  renewing: boolean;
  /** Looks at public registers, newest first. */
  looks: { register: string; on: string; seenAt: string; words: string; by: string | null }[];
  /** What the program found in the register of companies, newest first. */
  companies: { on: string; number: string; name: string | null; status: string | null; concernKeys: string[] }[];
  href: string;
  toLookAt: boolean;
  decidable: boolean;
}

const tags: Record<CheckState, string> = {
  asked: '',
  answered: 'tag--warn',
  accepted: 'tag--yes',
  rejected: 'tag--no',
  lapsed: 'tag--no',
  not_needed: '',
};

/** States of a case in which officers decide on checks. */
const reviewable: readonly CaseState[] = ['in_review', 'actions_agreed', 'approved', 'appealed', 'lapsed', 'suspended'];

export function checkView(
  check: VettingCheck,
  about: {
    caseId: string;
    state: CaseState;
    programme: Programme;
    files: readonly EvidenceFile[];
    staff: ReadonlyMap<string, string>;
    looks: readonly RegisterLook[];
    companies: readonly CompanyFindingRow[];
    words: Words;
  },
): CheckView | null {
  const rule = checkOf(about.programme, check.key);
  if (!rule) return null;
  const href = `/staff/vetting/${about.caseId}/checks/${check.id}`;
  const files = filesOf(filesOfCheck(check.id), about);
  return {
    id: check.id,
    key: check.key,
    title: rule.title,
    why: rule.why,
    advice: rule.advice ?? null,
    stateKey: `vetting:staff.check-state.${check.state}`,
    tag: tags[check.state],
    lines: answerLines(rule.asks, check.answer, about.words),
    files,
    wants: files.length === 0 ? wantsOf(rule) : [],
    hasReferences: rule.references !== undefined,
    hasPeople: rule.people !== undefined,
    answeredAt: check.answeredAt,
    decidedAt: check.decidedAt,
    decidedBy: check.decidedBy && (about.staff.get(check.decidedBy) ?? null),
    validUntil: check.validUntil,
    note: check.note,
    rejection: check.rejection,
    renewing: check.renewing,
    looks: about.looks
      .filter(({ checkId }) => checkId === check.id)
      .map(({ register, lookedOn, seenAt, words, lookedBy }) => ({
        register,
        on: lookedOn,
        seenAt,
        words,
        by: about.staff.get(lookedBy) ?? null,
      })),
    companies: about.companies
      .filter(({ checkId }) => checkId === check.id)
      .map(({ lookedOn, number, record, concerns }) => ({
        on: lookedOn,
        number,
        name: record?.name ?? null,
        status: record?.status ?? null,
        concernKeys: concerns.map((concern) => `vetting:staff.concern.${concern}`),
      })),
    href,
    toLookAt: check.state === 'answered' || check.renewing,
    decidable: check.state !== 'not_needed' && reviewable.includes(about.state),
  };
}

/** Files of one owner as links. */
export function filesOf(
  owner: { kind: string; id: string },
  about: { caseId: string; files: readonly EvidenceFile[]; words: Words },
): FileLine[] {
  return about.files
    .filter(({ ownerKind, ownerId }) => ownerKind === owner.kind && ownerId === owner.id)
    .map(({ id, name, state, size, pages, keptAt }) => ({
      id,
      name: name ?? about.words.t('vetting:staff.file.without-name'),
      href: state === 'ready' ? `/staff/vetting/${about.caseId}/files/${id}` : null,
      stateKey: state === 'ready' ? null : `vetting:staff.file.${state}`,
      kilobytes: Math.max(1, Math.round(size / 1000)),
      pages,
      keptAt,
    }));
}

function wantsOf(rule: ProgrammeCheck): string[] {
  return rule.evidence.map(({ title }) => title);
}
