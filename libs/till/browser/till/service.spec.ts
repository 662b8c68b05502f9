import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { KeyRefused, NoConnection, Refused, TillService } from './service.js';

const scan = { id: 'scan-1', text: 'HTTPS://CARD.EXAMPLE/C/TOKEN', scanned: true };
const page = (status: number) => new Response('<p>Log in</p>', { status, headers: { 'content-type': 'text/html' } });
const json = (body: unknown, status: number) => new Response(JSON.stringify(body), { status });

describe('the till’s questions to the server', () => {
  const answers = (answer: () => Response) => {
    jest.spyOn(globalThis, 'fetch').mockImplementation(async () => answer());
    return new TillService('ck_secret').check(scan);
  };

  afterEach(() => void jest.restoreAllMocks());

  it('get its answers', async () => {
    const answer = { outcome: 'valid', reason: null, card: null, offers: [] };
    expect(await answers(() => json(answer, 200))).toEqual(answer);
  });

  it('get its refusals', async () => {
    const problem = { type: 'https://card.example/problems/offer-not-usable', reason: 'limit_reached' };
    const refused = answers(() => json(problem, 409));
    await expect(refused).rejects.toBeInstanceOf(Refused);
    await expect(refused).rejects.toMatchObject({ status: 409, problem });
    const ended = answers(() => json({ type: 'https://card.example/problems/till-key-refused' }, 401));
    await expect(ended).rejects.toBeInstanceOf(KeyRefused);
  });

  it.each([
    ['a network that wants people to log in', () => page(200)],
    ['a web filter', () => page(403)],
    ['nobody at that address', () => page(404)],
    ['a proxy without its server', () => page(502)],
    ['an error of somebody else', () => json({ error: 'blocked' }, 403)],
    ['an error without a type', () => json({ type: null }, 404)],
    ['half an answer', () => new Response('{"outcome":', { status: 200 })],
    ['JSON that is no answer', () => json(null, 200)],
  ])('are without a connection where they meet %s', async (_name, answer) => {
    await expect(answers(answer)).rejects.toBeInstanceOf(NoConnection);
  });
});
