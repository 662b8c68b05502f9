import { Business } from '@carers/businesses';
import { Database } from '@carers/database';
import type { Response } from 'supertest';
import type { TestApp } from '../support/app.js';
import type { GivenBusiness } from '../support/given.js';
import type { Browser } from './access-browser.js';

/** The same business as one with several places under one name. */
export async function asChain(running: TestApp, given: GivenBusiness): Promise<GivenBusiness> {
  await running.get(Database).transaction((tx) => tx.update(Business, { id: given.business.id }, { kind: 'chain' }));
  given.business.kind = 'chain';
  return given;
}

/** An EAN-13 that follows from a number. */
export function ean(number: number): string {
  const digits = `50${String(number).padStart(10, '0')}`;
  const sum = Array.from(digits, Number).reduce((total, digit, index) => total + digit * (index % 2 ? 3 : 1), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

/** Opens the page of a form with a file and sends it, as browsers do: the file last. */
export async function sendFile(
  browser: Browser,
  path: string,
  values: Record<string, string>,
  content: string | Buffer,
  action = path,
  name = 'file.csv',
): Promise<Response> {
  const token = /name="_csrf" value="([^"]+)"/.exec((await browser.get(path)).text)?.[1] ?? '';
  let request = browser.agent.post(action).field('_csrf', token);
  for (const [key, value] of Object.entries(values)) request = request.field(key, value);
  return request.attach('file', Buffer.from(content as string), { filename: name, contentType: 'text/csv' });
}
