import { BulletinContents, Bulletins } from '@carers/bulletins';
import { Database } from '@carers/database';
import { Settings } from '@carers/settings';
import type { TestApp } from '../support/app.js';
import type { Visitor } from './whole-world.js';

/**
 * A bulletin to be confirmed, one that waits for a second officer, one under way with copies and letters, as rows: what
 * sends them has specs of its own.
 * @returns who goes where on the pages of sending
 */
export async function bulletinSendingPlaces(
  program: TestApp,
  {
    carersServiceId,
    subscriberId,
    officerId,
    written,
  }: { carersServiceId: string; subscriberId: string; officerId: string; written: (text: string) => string },
): Promise<Record<string, [Visitor, ...string[]][]>> {
  const database = program.get(Database);
  const officer = { kind: 'account', id: officerId } as const;
  const begin = async (title: string, state: string, segment: object | null) => {
    const facts = { carersServiceId, purpose: 'carers_information' as const, title: written(title), firstText: '' };
    const bulletin = await program.get(Bulletins).create(facts, officer);
    const words = { title: written(title), markdown: written('Hello'), shortText: written('Hello') };
    const text = { locale: 'en-GB', edition: 'standard' as const, revision: 1, ...words };
    await program.get(Bulletins).save(bulletin.id, text, null, officer);
    const { defaultLocale } = program.get(Settings);
    await database.query('UPDATE bulletin_version SET locale = $2 WHERE bulletin_id = $1', [
      bulletin.id,
      defaultLocale,
    ]);
    await database.query('UPDATE bulletin SET segment = $2 WHERE id = $1', [bulletin.id, segment]);
    if (state !== 'draft')
      await database.transaction(async (tx) => {
        await program.get(BulletinContents).freeze(tx, bulletin);
        await tx.query('UPDATE bulletin SET state = $2 WHERE id = $1', [bulletin.id, state]);
        await tx.query(
          `INSERT INTO bulletin_sending (bulletin_id, turn, confirmed_by, confirmed_at, people, needs_second, starts_at, started_at)
           VALUES ($1, 1, $2, $3, 1, $4, $3, $5)`,
          [
            bulletin.id,
            officerId,
            program.clock.now(),
            state === 'awaiting_second',
            state === 'sending' ? program.clock.now() : null,
          ],
        );
      });
    return { id: bulletin.id, path: `/staff/information-service/bulletins/${bulletin.id}` };
  };
  const everybody = { standing: 'on' };
  const unchosen = await begin('Sand', 'draft', null);
  const draft = await begin('Wind', 'draft', everybody);
  const second = await begin('Rain', 'awaiting_second', everybody);
  const going = await begin('Snow', 'sending', everybody);
  await database.query(
    `INSERT INTO delivery (id, bulletin_id, subscriber_id, channel, state, held, tries, doubts)
     VALUES (gen_random_uuid(), $1, $2, 'post', 'held', 'paused', 0, 0)`,
    [going.id, subscriberId],
  );
  await database.query(
    `INSERT INTO print_run (id, bulletin_id, state, printed_as_of, letters, sides, bytes, sha256, file_until)
     VALUES (gen_random_uuid(), $1, 'ready', $2, 0, 0, 0, repeat('0', 64), $2::timestamptz + interval '1 day')`,
    [going.id, program.clock.now()],
  );
  const base = '/staff/information-service/bulletins/:id';
  const asOfficer = (...paths: string[]): [Visitor, ...string[]][] => [['carers_service_officer', ...paths]];
  return {
    [`${base}/send`]: asOfficer(...[unchosen, draft, second, going].map(({ path }) => `${path}/send`)),
    [`${base}/deliveries`]: asOfficer(`${going.path}/deliveries`, `${going.path}/deliveries?state=failed`),
    [`${base}/deliveries.csv`]: asOfficer(`${going.path}/deliveries.csv`),
    [`${base}/print.pdf`]: asOfficer(`${going.path}/print.pdf`),
    [`${base}/print.csv`]: asOfficer(`${going.path}/print.csv`),
  };
}
