import type { ProgrammeQuestion } from '../programmes/programme.js';
import { formQuestions } from './question-form.js';

/** A question of a programme as a template shows it; texts are catalogue keys. */
export interface QuestionView {
  name: string;
  kind: string;
  /** Its text; what may be left empty says so beside it. */
  label: string;
  hint: string | null;
  optional: boolean;
  options: { value: string; label: string; hint?: string }[];
  rows: number;
  /** Title of the question whose answer makes this one needed, and the answer. */
  onlyIf: { question: string; answer: string } | null;
}

/** Widest paragraphs that still fit a phone's screen. */
const mostRows = 8;

export function questionViews(questions: readonly ProgrammeQuestion[]): QuestionView[] {
  return formQuestions(questions).map((question) => ({
    name: question.key,
    kind: question.kind,
    label: question.title,
    hint: question.hint ?? null,
    optional: question.optional,
    options:
      question.kind === 'yes_no'
        ? ['yes', 'no'].map((value) => ({ value, label: `vetting:answers.${value}` }))
        : (question.choices ?? []).map(({ key, title, hint }) => ({ value: key, label: title, ...(hint && { hint }) })),
    rows: Math.min(mostRows, Math.max(3, Math.ceil((question.most ?? 600) / 300))),
    onlyIf: conditionOf(question, questions),
  }));
}

function conditionOf({ onlyIf }: ProgrammeQuestion, questions: readonly ProgrammeQuestion[]): QuestionView['onlyIf'] {
  const before = onlyIf && questions.find(({ key }) => key === onlyIf.question);
  if (!before) return null;
  const [is] = onlyIf.is;
  const chosen = before.choices?.find(({ key }) => key === is)?.title;
  return { question: before.title, answer: chosen ?? `vetting:answers.${is === false ? 'no' : 'yes'}` };
}
