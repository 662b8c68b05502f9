import { messageAt, Templates } from '@carers/automatic-messages';
import { Settings } from '@carers/settings';
import type { TestApp } from '../support/app.js';
import type { Visitor } from './whole-world.js';

const base = '/staff/automatic-messages';

/**
 * Messages in the program's words, one in those of staff with an earlier version, and one that is switched off.
 * @returns who goes where on the pages about them
 */
export async function automaticMessagePlaces(
  program: TestApp,
  { accountId, written }: { accountId: string; written: (text: string) => string },
): Promise<Record<string, [Visitor, ...string[]][]>> {
  const actor = { kind: 'account', id: accountId } as const;
  const templates = program.get(Templates);
  const locale = program.get(Settings).defaultLocale;
  const which = { message: messageAt('card-posted')!, owner: null, locale };
  const words = (text: string) => ({ title: written(text), markdown: written(text), shortText: written(text) });
  await templates.save(which, words('It is in the post'), 0, actor);
  await templates.save(which, words('It is on its way'), 1, actor);
  await templates.turn(messageAt('renewal-1')!, null, false, written('Not now'), actor);
  const editor = `words/${locale}`;
  const admin = (url: string, ...paths: string[]) => ({
    [url]: [['administrator', ...paths]] as [Visitor, ...string[]][],
  });
  return {
    [base]: [
      ['administrator', base],
      ['carers_service_officer', base],
    ],
    [`${base}/:slug`]: [
      ['administrator', `${base}/card-posted`, `${base}/renewal-1`, `${base}/sign-in`],
      ['carers_service_officer', `${base}/welcome-3`],
    ],
    ...admin(`${base}/:slug/words/:locale`, `${base}/card-posted/${editor}`, `${base}/business-published/${editor}`),
    ...admin(`${base}/:slug/words/:locale/history`, `${base}/card-posted/${editor}/history`),
    ...admin(`${base}/:slug/preview`, `${base}/card-posted/preview`, `${base}/welcome/preview?person=large_print`),
    ...admin(`${base}/:slug/preview/email.html`, `${base}/welcome-3/preview/email.html`),
  };
}
