import { Database } from '@carers/database';
import { PreferenceLinks, Subscriber } from '@carers/information-service';
import type { TestApp } from '../support/app.js';
import { Browser } from './access-browser.js';
import { filledIn } from './filled-in.js';
import type { Visitor } from './whole-world.js';

/** Where somebody chooses what they get and how they leave: addresses by pattern, and who may open them. */
export async function preferencePlaces(
  program: TestApp,
  subscriberId: string,
  holderId: string,
): Promise<Record<string, [Visitor, ...string[]][]>> {
  const database = program.get(Database);
  const subscriber = await database.reader.findOneByOrFail(Subscriber, { id: subscriberId });
  const page = `/preferences/${program.get(PreferenceLinks).tokenFor(subscriber)}`;
  const browser = new Browser(program);
  const shown = filledIn((await browser.get(page)).text);
  await browser.agent
    .post(page)
    .type('form')
    .send({ ...shown, newEmail: 'brand.new@example.org' });
  const sent = (await program.outbox()).find(({ to }) => to === 'brand.new@example.org')!;
  const confirm = new URL(/https?:\/\/[^\s\]<>"]+\/preferences\/confirm\/[\w-]+/.exec(sent.text)![0]).pathname;
  return {
    '/preferences/confirm/:token': [['nobody', confirm]],
    '/account/leave/:holder': [['carer', `/account/leave/${holderId}`]],
    '/staff/leaving/:holder': [['registrar', `/staff/leaving/${holderId}`]],
  };
}
