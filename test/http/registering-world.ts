import { Readable } from 'node:stream';
import { Accounts } from '@carers/access';
import { Database } from '@carers/database';
import { ImportCheck, Imports, ServiceKeys } from '@carers/information-service';
import { SchemeService } from '@carers/places';
import type { TestApp } from '../support/app.js';
import type { Visitor } from './whole-world.js';

/**
 * A list that waits for its columns, one that was checked, one that was taken back; and two keys, one of them ended.
 * @returns who goes where on the pages about them
 */
export async function registeringPlaces(
  program: TestApp,
  written: (text: string) => string,
  subscriberId: string,
): Promise<Record<string, [Visitor, ...string[]][]>> {
  const as = 'carers_service_officer';
  const id = await program
    .get(Database)
    .transaction((tx) =>
      program.get(Accounts).ensure(tx, { email: 'carers_service_officer@staff.example', name: written('Sam Sample') }),
    );
  const actor = { kind: 'account', id } as const;
  const { carersServices } = await program.get(SchemeService).current();
  const carersServiceId = carersServices[0]!.id;
  const imports = program.get(Imports);
  const upload = (name: string) => {
    const rows = [
      'Ilse,Import,ilse@example.org,BH15 1HJ',
      'Bad,Row,,BH15 1HJ',
      'Ilse,Import,ilse@example.org,BH15 1HJ',
    ];
    const headings = ['First name', 'Last name', 'Email', 'Postcode'].map(written).join(',');
    const csv = [headings, ...rows.map((row) => row.split(',').map((cell, at) => (at < 2 ? written(cell) : cell)))];
    const about = { fileName: written(name), carersServiceId };
    return imports.upload(Readable.from([Buffer.from(csv.join('\n'))]), about, actor);
  };
  const mapping = { firstName: 0, lastName: 1, email: 2, postcode: 3 };
  const [waiting, checked, dropped] = [await upload('one.csv'), await upload('two.csv'), await upload('three.csv')];
  await imports.check(checked.id, mapping, null, actor);
  await program.get(ImportCheck).run(checked.id);
  await imports.drop(dropped.id, actor);
  const keys = program.get(ServiceKeys);
  await keys.make({ carersServiceId, name: written('Case system'), scopes: ['read', 'write'] }, actor);
  const ended = await keys.make({ carersServiceId, name: written('Old system'), scopes: ['read'] }, actor);
  await keys.revoke(ended.id, null, actor);

  const list = '/staff/information-service/import';
  return {
    [`${list}/:id`]: [
      [
        as,
        ...[waiting, checked, dropped].map((each) => `${list}/${each.id}`),
        `${list}/${checked.id}?rows=repeated`,
        `${list}/${checked.id}?columns=1`,
      ],
    ],
    [`${list}/:id/errors.csv`]: [[as, `${list}/${checked.id}/errors.csv`]],
    '/api/v1/subscribers/:id': [['nobody', `/api/v1/subscribers/${subscriberId}`]],
  };
}
