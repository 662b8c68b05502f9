import { BulletinContents, BulletinPictures, Bulletins } from '@carers/bulletins';
import { Database } from '@carers/database';
import { SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import sharp from 'sharp';
import type { TestApp } from '../support/app.js';
import type { Visitor } from './whole-world.js';

const officer = { kind: 'account', id: '00000000-0000-7000-8000-000000000001' } as const;
const event = (written: (text: string) => string) => [
  '```event',
  `title: ${written('Tea')}`,
  'date: 5 December 2026',
  'from: 2pm',
  `place: ${written('Poole')}`,
  '```',
];

/**
 * A bulletin that is written, one with faults, and one that is sent, in the language of the program.
 * @returns who goes where on the pages of writing
 */
export async function bulletinWritingPlaces(
  program: TestApp,
  { offerId, subscriberId, written }: { offerId: string; subscriberId: string; written: (text: string) => string },
): Promise<Record<string, [Visitor, ...string[]][]>> {
  const database = program.get(Database);
  const bulletins = program.get(Bulletins);
  const [subscriber] = await database.query<{ service: string }>(
    'SELECT carers_service_id AS service FROM subscriber WHERE id = $1',
    [subscriberId],
  );
  const carersServiceId = subscriber?.service ?? (await program.get(SchemeService).current()).carersServices[0]!.id;
  const picture = await sharp({ create: { width: 600, height: 300, channels: 3, background: '#0e5a66' } })
    .jpeg()
    .toBuffer();
  const locale = program.get(Settings).defaultLocale;
  const begin = async (title: string, text: string[], faulty = false) => {
    const facts = { carersServiceId, purpose: 'carers_information' as const, title: written(title), firstText: '' };
    const { id, slug } = await bulletins.create(facts, officer);
    await program.get(BulletinPictures).add(id, picture, written('The sea'), null, officer);
    const markdown = [...text, '', '![](picture:1)', '', ...event(written), '', `::offer{${offerId}}`].join('\n');
    const words = { title: written(title), markdown: faulty ? '<b>' : markdown, shortText: written('Hello') };
    await bulletins.save(id, { locale: 'en-GB', edition: 'standard', revision: 1, ...words }, null, officer);
    // So that the words around it are of that language too.
    await database.query('UPDATE bulletin_version SET locale = $2 WHERE bulletin_id = $1', [id, locale]);
    return { id, slug, path: `/staff/information-service/bulletins/${id}` };
  };
  const hello = written('Dear {{firstName}}, it is cold.');
  const draft = await begin('Winter', [`## ${written('Come')}`, '', hello]);
  const faulty = await begin('Spring', [], true);
  const sent = await begin('Autumn', [hello]);
  await database.transaction(async (tx) => {
    await program.get(BulletinContents).freeze(tx, sent);
    await tx.query(`UPDATE bulletin SET state = 'sent' WHERE id = $1`, [sent.id]);
  });
  const base = '/staff/information-service/bulletins/:id';
  const asOfficer = (...paths: string[]): [Visitor, ...string[]][] => [['carers_service_officer', ...paths]];
  const text = `texts/${locale}/standard`;
  const whose = ['standard', 'large_print', 'easy_read', 'other_language'].map((person) => `person=${person}`);
  const open = `/bulletins/${sent.slug}`;
  return {
    [base]: asOfficer(draft.path, faulty.path, sent.path),
    [`${base}/texts/:locale/:edition`]: asOfficer(`${draft.path}/${text}`, `${faulty.path}/${text}?find=meal`),
    [`${base}/pictures`]: asOfficer(`${draft.path}/pictures`),
    [`${base}/pictures/:number`]: asOfficer(`${draft.path}/pictures/1`),
    [`${base}/preview`]: asOfficer(
      ...whose.map((query) => `${draft.path}/preview?${query}`),
      `${draft.path}/preview?subscriber=${subscriberId}`,
      `${faulty.path}/preview`,
    ),
    [`${base}/preview/email.html`]: asOfficer(`${draft.path}/preview/email.html`),
    [`${base}/preview/letter.pdf`]: asOfficer(`${draft.path}/preview/letter.pdf`),
    '/bulletins/:slug': [['nobody', open]],
    '/bulletins/:slug/pictures/:number': [['nobody', `${open}/pictures/1`]],
    '/bulletins/:slug/:file': [['nobody', `${open}/event-1.ics`]],
  };
}
