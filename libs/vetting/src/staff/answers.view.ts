import { isLocalDate } from '@carers/kernel';
import type { Words } from '@carers/pages';
import type { ProgrammeQuestion } from '../programmes/programme.js';
import { isAnswered, isAsked } from '../programmes/tiers.js';

/** One line of a summary list: a question as it was asked, and what was answered. */
export interface AnswerLine {
  key: string;
  text: string;
}

/** What somebody answered, question by question; those that were not asked are left out. */
export function answerLines(
  questions: readonly ProgrammeQuestion[],
  answers: Readonly<Record<string, unknown>> | null,
  words: Words,
): AnswerLine[] {
  const given = answers ?? {};
  return questions
    .filter((question) => isAsked(question, given) && !separate.has(question.kind))
    .map((question) => ({ key: question.title, text: textOf(question, given[question.key], words) }));
}

/** People, references and files have places of their own on the page. */
const separate = new Set<string>(['people', 'references', 'files']);

function textOf(question: ProgrammeQuestion, given: unknown, words: Words): string {
  if (!isAnswered(given)) return words.t('vetting:staff.no-answer');
  const choice = (key: unknown) => {
    const found = question.choices?.find((each) => each.key === key);
    return found ? words.t(found.title) : String(key);
  };
  switch (question.kind) {
    case 'yes_no':
      return words.t(given === true ? 'vetting:staff.yes' : 'vetting:staff.no');
    case 'choice':
      return choice(given);
    case 'choices':
      return words.list([given].flat().map(choice));
    case 'date':
      return typeof given === 'string' && isLocalDate(given) ? words.longDate(given) : String(given);
    case 'money':
      // Answers are in whole pounds.
      return typeof given === 'number' ? words.pence(given * 100) : String(given);
    default:
      return typeof given === 'object' ? JSON.stringify(given) : String(given as string | number);
  }
}
