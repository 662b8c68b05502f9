import { type FieldError, isCleanText } from '@carers/kernel';
import { dateBoxes, type FormValues, readForm } from '@carers/pages';
import { z } from 'zod';
import { companyNumber } from '../companies-house/company-number.js';
import type { CheckAnswer } from '../checks/vetting-check.entity.js';
import type { ProgrammeQuestion } from '../programmes/programme.js';
import { isAsked } from '../programmes/tiers.js';

/** Kinds of questions that stand in the form of a list; people, references and files have pages of their own. */
const inForm = ['text', 'paragraphs', 'number', 'money', 'date', 'yes_no', 'choice', 'choices'] as const;
type FormKind = (typeof inForm)[number];

export type FormQuestion = ProgrammeQuestion & { kind: FormKind };

/** The questions of a list that a form asks. */
export function formQuestions(questions: readonly ProgrammeQuestion[]): FormQuestion[] {
  return questions.filter((question): question is FormQuestion =>
    (inForm as readonly string[]).includes(question.kind),
  );
}

export type AnswersRead =
  | { value: CheckAnswer; errors?: undefined; form: FormValues }
  | { value?: undefined; errors: FieldError[]; form: FormValues };

/**
 * Reads the answers to a list of questions as their kinds say. What is not asked, after the answers before it, is
 * dropped. Messages are catalogue keys of this lib.
 */
export async function readAnswers(questions: readonly ProgrammeQuestion[], body: unknown): Promise<AnswersRead> {
  const { form } = await readForm(z.looseObject({}), body);
  const value: Record<string, CheckAnswer[string]> = {};
  const errors: FieldError[] = [];
  for (const question of formQuestions(questions)) {
    if (!isAsked(question, value)) continue;
    const read = readers[question.kind](form[question.key], question);
    if (read instanceof Fault) errors.push({ field: question.key, message: read.message, params: read.params });
    else value[question.key] = read;
  }
  return errors.length > 0 ? { errors, form } : { value, form };
}

/** What a form shows at first: the answers as they would be typed. */
export function answersForm(questions: readonly ProgrammeQuestion[], answers: CheckAnswer | null): FormValues {
  const typed = formQuestions(questions).map(({ key, kind }) => {
    const given = answers?.[key];
    if (kind === 'yes_no') return [key, given === true ? 'yes' : given === false ? 'no' : undefined];
    return [key, typeof given === 'number' ? String(given) : given];
  });
  return Object.fromEntries(typed.filter(([, given]) => given !== undefined && given !== null)) as FormValues;
}

type Given = CheckAnswer[string];

/** Why an answer cannot be taken: a catalogue key, with what goes into its sentence. */
class Fault {
  readonly message: string;

  constructor(
    name: string,
    readonly params: Record<string, string | number> = {},
  ) {
    this.message = `vetting:answers.${name}`;
  }
}

const dateSchema = dateBoxes('missing', 'wrong');

const readers: Record<FormKind, (typed: unknown, question: ProgrammeQuestion) => Given | Fault> = {
  text: (typed, question) => {
    const text = oneLine(typed);
    const wrong = textFault(text, question, 200);
    if (wrong || !text || question.format !== 'company_number') return wrong ?? (text || null);
    return companyNumber(text) ?? new Fault('company-number');
  },
  paragraphs: (typed, question) => {
    const text = typeof typed === 'string' ? typed.replace(/\r\n?/g, '\n').trim() : '';
    return textFault(text, question, 4000) ?? (text || null);
  },
  number: (typed, question) => {
    const text = oneLine(typed).replace(/,/g, '');
    if (!text) return missing(question, 'number');
    if (!/^\d{1,9}$/.test(text)) return new Fault('number');
    return within(Number(text), question, 'number');
  },
  money: (typed, question) => {
    const text = oneLine(typed);
    if (!text) return missing(question, 'money');
    const [, digits, millions] = /^£?\s?(\d[\d,]*(?:\.\d{1,2})?)\s*(m|mn|million)?$/i.exec(text) ?? [];
    const pounds = Number((digits ?? '').replace(/,/g, '')) * (millions ? 1_000_000 : 1);
    if (!digits || !(pounds <= 10_000_000_000)) return new Fault('money');
    return within(Math.floor(pounds), question, 'money');
  },
  date: (typed, question) => {
    const read = dateSchema.safeParse(typed);
    if (!read.success)
      return read.error.issues[0]?.message === 'missing' ? missing(question, 'date') : new Fault('date-wrong');
    return read.data > '1800-01-01' && read.data < '2200-01-01' ? read.data : new Fault('date-wrong');
  },
  yes_no: (typed, question) => (typed === 'yes' ? true : typed === 'no' ? false : missing(question, 'yes-no')),
  choice: (typed, question) =>
    question.choices?.some(({ key }) => key === typed) ? (typed as string) : missing(question, 'choice'),
  choices: (typed, question) => {
    const given = [typed ?? []].flat();
    const known = (question.choices ?? []).map(({ key }) => key).filter((key) => given.includes(key));
    return known.length > 0 ? known : missing(question, 'choices');
  },
};

function missing({ optional }: ProgrammeQuestion, name: string): Fault | null {
  return optional ? null : new Fault(`${name}-missing`);
}

function textFault(text: string, question: ProgrammeQuestion, atMost: number): Fault | null {
  if (!text) return missing(question, 'text');
  if (!isCleanText(text)) return new Fault('unreadable');
  const most = question.most ?? atMost;
  // A number of a company may be typed with spaces; its own form is checked after.
  if (text.length > (question.format ? Math.max(most, 20) : most)) return new Fault('too-long', { max: most });
  return question.least && text.length < question.least ? new Fault('too-short', { min: question.least }) : null;
}

function within(value: number, { least, most }: ProgrammeQuestion, name: 'number' | 'money'): number | Fault {
  if (least !== undefined && value < least) return new Fault(`${name}-least`, { min: shown(least, name) });
  if (most !== undefined && value > most) return new Fault(`${name}-most`, { max: shown(most, name) });
  return value;
}

function shown(value: number, name: 'number' | 'money'): string {
  return `${name === 'money' ? '£' : ''}${value.toLocaleString('en-GB')}`;
}

function oneLine(typed: unknown): string {
  return typeof typed === 'string' ? typed.replace(/\s+/g, ' ').trim() : '';
}
