import { mayAnswer, mayRemove, type CheckFile, missingParts } from './check-file.js';
import type { OwnedCase } from './owner-cases.js';
import { questionViews } from './question.presenter.js';

/** The page of a check. What referees said is not in a `CheckFile`, so it cannot come to this page. */
export function checkView({ case: { state }, programme }: OwnedCase, file: CheckFile, at: string) {
  const { check, rule, claim } = file;
  const here = `${at}/checks/${check.key}`;
  const open = mayAnswer(state);
  const asksFor = (kind: 'people' | 'references') => rule.asks.find((question) => question.kind === kind) ?? null;
  return {
    at,
    here,
    title: rule.title,
    why: rule.why,
    open,
    rejection: check.rejection,
    state: check.state,
    until: check.state === 'accepted' ? check.validUntil : null,
    renewing: check.renewing,
    claim: claim && {
      title: programme.outsideSchemes.find(({ key }) => key === claim.scheme)?.title,
      number: claim.number,
    },
    mayClaim: open && !claim && rule.insteadBy.length > 0 ? `${at}/claims/new` : null,
    questions: questionViews(rule.asks),
    missing: missingParts(file),
    people: asksFor('people') && peopleView(file, here, open),
    references: asksFor('references') && referencesView(file, here, open, state === 'draft'),
    evidence: rule.evidence.length > 0 || file.files.length > 0 ? evidenceView(file, at, state) : null,
  };
}

function peopleView({ people, rule }: CheckFile, here: string, open: boolean) {
  const question = rule.asks.find(({ kind }) => kind === 'people')!;
  return {
    title: question.title,
    hint: question.hint ?? null,
    newHref: open && people.length < (question.most ?? 300) ? `${here}/people/new` : null,
    entries: people.map(({ id, name, role, entersHomes, disclosureResult, disclosureOn }) => ({
      name,
      role: `vetting:owner.roles.${role}`,
      entersHomes,
      // The result itself is told by the officer, to the person whom it is about.
      seenOn: rule.people?.disclosure && disclosureResult !== null ? disclosureOn : null,
      href: open ? `${here}/people/${id}` : null,
    })),
  };
}

function referencesView({ named, rule }: CheckFile, here: string, open: boolean, mayRemove: boolean) {
  const question = rule.asks.find(({ kind }) => kind === 'references')!;
  const wanted = question.least ?? rule.references?.ask ?? 1;
  return {
    title: question.title,
    hint: question.hint ?? null,
    wanted,
    left: Math.max(0, wanted - named.length),
    newHref: open && named.length < (question.most ?? wanted * 2) ? `${here}/references/new` : null,
    entries: named.map(({ id, name, email, phone, job }) => ({
      name,
      email,
      phone,
      job,
      removeAction: mayRemove ? `${here}/references/${id}/remove` : null,
    })),
  };
}

function evidenceView({ check, rule, files }: CheckFile, at: string, state: OwnedCase['case']['state']) {
  return {
    wanted: rule.evidence.map(({ title, optional }) => ({ title, optional })),
    action: mayAnswer(state) ? `${at}/checks/${check.key}/files` : null,
    files: files.map((file) => ({
      name: file.name,
      kb: Math.max(1, Math.round(file.size / 1000)),
      keptAt: file.keptAt,
      held: file.state === 'held',
      refused: file.state === 'refused' && file.refusedBecause ? `evidence:problems.${file.refusedBecause}` : null,
      href: file.state === 'ready' ? `${at}/checks/${check.key}/files/${file.id}` : null,
      removeAction:
        file.state !== 'refused' && mayRemove(file, check, state)
          ? `${at}/checks/${check.key}/files/${file.id}/remove`
          : null,
    })),
  };
}
