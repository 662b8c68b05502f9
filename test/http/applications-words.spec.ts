import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Applicant, carer, schemeWith } from './applications-support.js';

let program: TestApp;

beforeAll(async () => {
  program = await startTestApp({ env: { DEFAULT_LOCALE: 'en-XA' } });
  await schemeWith(program, { automatic: false });
});
afterAll(() => program?.close());

/** What stands in the main part of a page outside catalogue brackets, without names, numbers and addresses. */
function bare(html: string): string[] {
  const main = /<main[\s\S]*<\/main>/.exec(html)?.[0] ?? '';
  return (
    main
      .replace(/<(script|style|svg)[\s\S]*?<\/\1>/g, '')
      .replace(/<bdi[\s\S]*?<\/bdi>/g, '')
      .replace(/<[^>]+>/g, ' ')
      .replace(/⟦[^⟧]*⟧/g, ' ')
      .match(/[A-Za-z]{3,}/g) ?? []
  );
}

describe('every page of an application', () => {
  it('takes its words from the catalogue', async () => {
    const applicant = new Applicant(program);
    const data = new Set(['Monday', 'Friday', 'amp', 'quot']);
    const found: Record<string, string[]> = {};
    const look = async (path: string) => {
      const { text, status } = await applicant.get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(text).toContain('⟦');
      const words = bare(text).filter((word) => !data.has(word));
      if (words.length > 0) found[path] = words;
    };
    await look('/apply/not-for-you?because=elsewhere');
    await applicant.submit('/apply');
    for (const [step, form] of carer) {
      await look(`/apply/${step}`);
      await applicant.submit(`/apply/${step}`, form as Record<string, string>);
    }
    await look('/apply/save');
    await applicant.submit('/apply/check', { declared: 'yes' });
    await look('/apply/status');
    expect(found).toEqual({});
  });
});
