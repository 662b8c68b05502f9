import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ProgrammeQuestion } from '../programmes/programme.js';
import { answersForm, formQuestions, readAnswers } from './question-form.js';

const ask = (key: string, kind: ProgrammeQuestion['kind'], more: object = {}) =>
  ({ key, kind, title: `programmes:x.${key}`, optional: false, ...more }) as ProgrammeQuestion;
const choices = [
  { key: 'gas', title: 'programmes:x.gas' },
  { key: 'locks', title: 'programmes:x.locks' },
] as never;

/** The answer to one question, or the name of what is wrong with it. */
async function answerTo(question: ProgrammeQuestion, typed: unknown): Promise<unknown> {
  const body = typeof typed === 'object' && typed !== null && !Array.isArray(typed) ? typed : { [question.key]: typed };
  const read = await readAnswers([question], body);
  return read.errors ? read.errors.map(({ message }) => message.replace('vetting:answers.', '')) : read.value['q'];
}

describe('an answer', () => {
  it.each([
    ['text', {}, '  Marsh   Ltd ', 'Marsh Ltd'],
    ['text', {}, ' ', ['text-missing']],
    ['text', { optional: true }, '', null],
    ['text', { most: 3 }, 'abcd', ['too-long']],
    ['text', {}, 'a\u0000b', ['unreadable']],
    ['text', { format: 'company_number', most: 8 }, 'sc 12 34 56', 'SC123456'],
    ['text', { format: 'company_number', most: 8 }, 'GB12345', ['company-number']],
    ['text', { format: 'company_number', optional: true }, '', null],
    ['paragraphs', {}, 'one\r\ntwo\n', 'one\ntwo'],
    ['paragraphs', { least: 5 }, 'no', ['too-short']],
    ['number', {}, ' 1,200 ', 1200],
    ['number', {}, '1.5', ['number']],
    ['number', {}, '-1', ['number']],
    ['number', { least: 1 }, '0', ['number-least']],
    ['number', { most: 60 }, '61', ['number-most']],
    ['number', {}, '', ['number-missing']],
    ['money', {}, '£2,000,000', 2_000_000],
    ['money', {}, '2 million', 2_000_000],
    ['money', { least: 2_000_000 }, '1.5m', ['money-least']],
    ['money', {}, 'a lot', ['money']],
    ['yes_no', {}, 'yes', true],
    ['yes_no', {}, 'no', false],
    ['yes_no', {}, undefined, ['yes-no-missing']],
    ['choice', { choices }, 'gas', 'gas'],
    ['choice', { choices }, 'made-up', ['choice-missing']],
    ['choices', { choices }, ['locks', 'made-up', 'gas'], ['gas', 'locks']],
    ['choices', { choices }, 'gas', ['gas']],
    ['choices', { choices }, undefined, ['choices-missing']],
    ['date', {}, { 'q-day': '7', 'q-month': 'March', 'q-year': '2027' }, '2027-03-07'],
    ['date', {}, { 'q-day': '31', 'q-month': '2', 'q-year': '2027' }, ['date-wrong']],
    ['date', {}, { 'q-day': '', 'q-month': '', 'q-year': '' }, ['date-missing']],
    ['date', { optional: true }, { 'q-day': '', 'q-month': '', 'q-year': '' }, null],
  ] as const)('to a question for %s %j: %j is %j', async (kind, more, typed, answer) => {
    expect(await answerTo(ask('q', kind, more), typed)).toEqual(answer);
  });

  it('is dropped where the answer before it makes it needless', async () => {
    const questions = [ask('any', 'yes_no'), ask('what', 'text', { onlyIf: { question: 'any', is: [true] } })];
    expect((await readAnswers(questions, { any: 'no', what: 'left over' })).value).toEqual({ any: false });
    expect((await readAnswers(questions, { any: 'yes', what: '' })).errors?.map(({ field }) => field)).toEqual([
      'what',
    ]);
    expect((await readAnswers(questions, { any: 'yes', what: 'late' })).value).toEqual({ any: true, what: 'late' });
  });

  it('is typed again as it was given, whatever it was', async () => {
    const questions = [ask('t', 'text'), ask('n', 'number'), ask('y', 'yes_no'), ask('c', 'choices', { choices })];
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          t: fc.stringMatching(/^[a-z]{1,20}$/),
          n: fc.nat({ max: 999_999_999 }),
          y: fc.boolean(),
          c: fc.subarray(['gas', 'locks'], { minLength: 1 }),
        }),
        async (answers) => {
          expect((await readAnswers(questions, answersForm(questions, answers))).value).toEqual(answers);
        },
      ),
    );
  });

  it('to something with a page of its own is no part of the form', () => {
    expect(
      formQuestions([ask('a', 'people'), ask('b', 'references'), ask('c', 'files'), ask('d', 'text')]),
    ).toHaveLength(1);
  });

  it('never breaks on what is posted', async () => {
    const questions = [ask('q', 'text'), ask('d', 'date'), ask('c', 'choices', { choices }), ask('n', 'money')];
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom('q', 'd', 'c', 'n', 'd-day'), fc.jsonValue()), async (body) => {
        const read = await readAnswers(questions, body);
        expect(read.errors ?? read.value).toBeDefined();
      }),
    );
  });
});
