import type { Words } from '@carers/pages';
import { filesOfVisit } from '../evidence-owners.js';
import type { CaseFile } from './case-file.js';
import { filesOf } from './check.view.js';

/** What of the file is beside the checks: people, references, claims, visits, actions, sanctions, letters, history. */
export function partsOfFile(file: CaseFile, about: { base: string; words: Words; today: string; officer: boolean }) {
  const { base, words, today } = about;
  const nameOf = (account: string | null) => (account ? (file.staff.get(account) ?? null) : null);
  const repliesTo = (id: string) =>
    file.replies
      .filter(({ aboutId }) => aboutId === id)
      .map(({ words: said, saidAt }) => ({ words: said, at: saidAt }));
  return {
    people: file.people.map((person) => ({
      name: person.name,
      roleKey: `vetting:staff.role.${person.role}`,
      entersHomes: person.entersHomes,
      resultKey: person.disclosureResult && `vetting:staff.disclosure.${person.disclosureResult}`,
      on: person.disclosureOn,
      by: nameOf(person.disclosureBy),
      left: person.endedAt !== null,
      href: `${base}/people/${person.id}`,
    })),
    references: file.references.map((reference) => ({
      id: reference.id,
      name: reference.name,
      contact: [reference.email, reference.phone].filter(Boolean).join(' · '),
      job: reference.job,
      askedAt: reference.askedAt,
      openUntil: reference.openUntil,
      answeredAt: reference.answeredAt,
      declinedAt: reference.declinedAt,
      mean: reference.mean === null ? null : words.number(reference.mean / 100),
      answerWords: reference.answer?.words ?? null,
      scores: scoresOf(file, reference.checkId, reference.answer?.scores ?? {}, words),
      askKey: `vetting:staff.reference.${reference.askedAt ? 'remind' : 'ask'}`,
      open: reference.answeredAt === null && reference.declinedAt === null,
      href: `${base}/references/${reference.id}`,
    })),
    claims: file.claims.map((claim) => {
      const scheme = file.programme.outsideSchemes.find(({ key }) => key === claim.scheme);
      return {
        title: scheme?.title ?? null,
        scheme: claim.scheme,
        number: claim.number,
        claimedOn: claim.claimedOn,
        stateKey: `vetting:staff.claim.${claim.state}`,
        lookedUpAt: claim.lookedUpAt,
        by: nameOf(claim.lookedUpBy),
        seenAt: claim.seenAt,
        recheckOn: claim.recheckOn,
        refusal: claim.refusal,
        open: claim.state === 'claimed' || claim.state === 'confirmed',
        href: `${base}/claims/${claim.id}`,
      };
    }),
    actions: file.actions.map((action) => ({
      id: action.id,
      words: action.words,
      dueOn: action.dueOn,
      doneAt: action.doneAt,
      replies: repliesTo(action.id),
      late: action.doneAt === null && action.dueOn < today,
      href: `${base}/actions/${action.id}/done`,
    })),
    visits: file.visits.map((visit) => ({
      id: visit.id,
      visitedOn: visit.visitedOn,
      by: nameOf(visit.visitedBy),
      found: Object.values(visit.findings).length,
      wrong: Object.values(visit.findings).filter(({ found }) => found === 'no').length,
      photos: filesOf(filesOfVisit(visit.id), { caseId: file.case.id, files: file.files, words }).length,
      href: `${base}/visits/${visit.id}`,
    })),
    visitItems: file.programme.visit?.items.length ?? 0,
    sanctions: file.sanctions.map((sanction) => ({
      kindKey: `vetting:staff.sanction.${sanction.kind}`,
      words: sanction.words,
      reasonKey: sanction.reasonKey,
      givenAt: sanction.givenAt,
      by: nameOf(sanction.givenBy),
      dueOn: sanction.dueOn,
      endedAt: sanction.endedAt,
      replies: repliesTo(sanction.id),
      href:
        sanction.endedAt === null && (sanction.kind === 'advice' || sanction.kind === 'warning')
          ? `${base}/sanctions/${sanction.id}/right`
          : null,
    })),
    notes: file.notes.map((note) => ({ words: note.words, at: note.writtenAt, by: nameOf(note.writtenBy) })),
    ties: file.ties.map((tie) => ({ by: nameOf(tie.accountId), kindKey: `vetting:staff.tie.${tie.kind}` })),
    years: file.years.map((year) => ({
      year: year.year,
      startsOn: year.startsOn,
      endsOn: year.endsOn,
      feeKey: `vetting:staff.fee.${year.fee}`,
    })),
    invoices: file.invoices.map(({ id, number, grossPence, duePence, dueOn }) => ({
      number,
      href: `/staff/payments/${id}`,
      totalPence: grossPence,
      duePence,
      dueOn,
    })),
    letters: file.letters.map((letter) => ({
      titleKey: `vetting:letters.${letter.kind}.title`,
      channelKey: `vetting:staff.channel.${letter.channel}`,
      words: letter.words,
      at: letter.sentAt,
      by: nameOf(letter.sentBy),
    })),
    reviews: file.reviews.map((review) => ({
      titleKey: `vetting:trade-review.${review.kind}-of`,
      at: review.receivedAt ?? review.createdAt,
      stateKey: `vetting:trade-review.state.${review.state}`,
      stars: review.stars,
      href: `${base}/reviews/${review.id}`,
    })),
    history: historyOf(file, words),
  };
}

/** What each question of a reference was given, of five. */
function scoresOf(file: CaseFile, checkId: string, scores: Readonly<Record<string, number>>, words: Words) {
  const key = file.checks.find(({ id }) => id === checkId)?.key;
  const questions = file.programme.checks.find((check) => check.key === key)?.references?.questions ?? [];
  return questions
    .filter((question) => scores[question.key] !== undefined)
    .map((question) => ({ title: question.title, score: words.number(scores[question.key]!) }));
}

/** Moves with their words, and everything else that was written down, newest first. */
function historyOf(file: CaseFile, words: Words) {
  return file.events
    .map((event) => {
      const key = `vetting:staff.fact.${event.action.replace('.', '_')}`;
      const { check } = event.details as { check?: unknown };
      return {
        at: event.happenedAt,
        factKey: words.has(key) ? key : 'vetting:staff.fact.other',
        by: file.staff.get(event.actorId ?? '') ?? null,
        actorKey: `vetting:staff.actor.${event.actorKind === 'system' ? 'system' : (event.actorRole ?? 'account')}`,
        about: file.programme.checks.find(({ key: each }) => each === check)?.title ?? null,
        reason: event.reason,
      };
    })
    .map((line) => ({ ...line, actorKey: words.has(line.actorKey) ? line.actorKey : 'vetting:staff.actor.account' }));
}
