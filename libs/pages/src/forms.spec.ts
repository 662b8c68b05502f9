import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '@carers/kernel';
import { z } from 'zod';
import { choices, dateBoxes, errorsOf, readForm, ticked } from './index.js';

const born = dateBoxes('pages:missing', 'pages:wrong');

describe('reading a form', () => {
  it.each([
    [{ 'born-day': '7', 'born-month': '3', 'born-year': '1961' }, '1961-03-07'],
    [{ 'born-day': ' 07 ', 'born-month': 'March', 'born-year': '1961' }, '1961-03-07'],
    [{ 'born-day': '29', 'born-month': 'feb', 'born-year': '2024' }, '2024-02-29'],
    [{ born: '1961-03-07' }, '1961-03-07'],
  ])('takes the date %j', async (body, date) => {
    expect(await readForm(z.object({ born }), body)).toMatchObject({ value: { born: date } });
  });

  it.each([
    [{ 'born-day': '', 'born-month': '', 'born-year': '' }, 'pages:missing'],
    [{}, 'pages:missing'],
    [{ 'born-day': '31', 'born-month': '2', 'born-year': '2024' }, 'pages:wrong'],
    [{ 'born-day': '1', 'born-month': 'Smarch', 'born-year': '2024' }, 'pages:wrong'],
    [{ 'born-day': '1', 'born-month': '1', 'born-year': '61' }, 'pages:wrong'],
    [{ 'born-day': ['1', '2'], 'born-month': '1', 'born-year': '1961' }, 'pages:wrong'],
  ])('refuses the date %j', async (body, message) => {
    const { errors } = await readForm(z.object({ born }), body);
    expect(errors).toMatchObject([{ field: 'born', message }]);
  });

  it('makes one, several or no ticked boxes a list', async () => {
    const schema = z.object({ topics: choices(['money', 'rest'], 'pages:none'), agreed: ticked() });
    expect((await readForm(schema, { topics: 'rest', agreed: 'yes' })).value).toEqual({
      topics: ['rest'],
      agreed: true,
    });
    expect((await readForm(schema, { topics: ['rest', 'money'] })).value).toEqual({
      topics: ['rest', 'money'],
      agreed: false,
    });
    expect((await readForm(schema, {})).errors).toMatchObject([{ field: 'topics', message: 'pages:none' }]);
  });

  it('makes objects and lists of names with dots, and errors under the same names', async () => {
    const schema = z.object({ branches: z.array(z.object({ town: z.string().max(4) })) });
    const body = { 'branches.0.town': 'Wool', 'branches.1.town': 'Poole' };
    const { errors, form } = await readForm(schema, body);
    expect(errors).toEqual([{ field: 'branches.1.town', message: 'pages:errors.check-answer', params: { max: 4 } }]);
    expect(form).toEqual({ branches: [{ town: 'Wool' }, { town: 'Poole' }] });
  });

  it('lets no name reach a prototype or build a huge list', async () => {
    const body = { '__proto__.a': '1', 'constructor.prototype.b': '2', 'list.99999999': 'x', 'a.b.c.d.e.f': 'deep' };
    const { form } = await readForm(z.object({}), body);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
    expect(({} as Record<string, unknown>)['b']).toBeUndefined();
    expect(form).toEqual({ constructor: { prototype: { b: '2' } }, list: [] });
  });

  it('forgets the token and secrets', async () => {
    const { form } = await readForm(
      z.object({ code: z.string().min(6) }),
      { code: '123', _csrf: 'x' },
      { secrets: ['code'] },
    );
    expect(form).toEqual({});
  });

  it('takes the errors of a service, and only those', () => {
    const errors = [{ field: 'name', message: 'pages:missing' }];
    expect(errorsOf(new InvalidInput(errors))).toEqual(errors);
    expect(errorsOf(new Error('x'))).toBeNull();
  });
});
