import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Bulletin, BulletinContents, PrintLetter } from '@carers/bulletins';
import type { Cardholder } from '@carers/cards';
import { Database } from '@carers/database';
import { ImportCheck, Imports, type Subscriber } from '@carers/information-service';
import { HandOvers, Referrers } from '@carers/referrers';
import { expect } from '@jest/globals';
import type { TestApp } from '../support/app.js';
import { givenBulletin, officerOf } from '../support/given-bulletin.js';

/** A letter of a bulletin that was printed, a professional who handed them over, and a line of a list: theirs, and like them. */
export async function isWrittenTo(
  program: TestApp,
  email: string,
  holder: Cardholder,
  subscriber: Subscriber,
): Promise<void> {
  const database = program.get(Database);
  const { carersServiceId } = subscriber;
  const officer = await officerOf(program.app, `officer.${holder.id}`, carersServiceId);
  const bulletin = await givenBulletin(program.app, carersServiceId, officer);
  const deliveryId = randomUUID();
  const runId = randomUUID();
  const batchId = randomUUID();
  await database.transaction(async (tx) => {
    await program.get(BulletinContents).freeze(tx, await tx.findOneByOrFail(Bulletin, { id: bulletin }));
    await tx.query(`UPDATE bulletin SET state = 'sent' WHERE id = $1`, [bulletin]);
    await tx.query(
      `INSERT INTO delivery_batch (id, bulletin_id, channel, number, people, state, turn, tries, due_at)
       VALUES ($1, $2, 'post', 1, 1, 'done', 0, 0, now())`,
      [batchId, bulletin],
    );
    await tx.query(
      `INSERT INTO delivery (id, bulletin_id, subscriber_id, batch_id, channel, state, tries, doubts, provider_reference, error)
       VALUES ($1, $2, $3, $4, 'post', 'to_print', 0, 0, $5, $5)`,
      [deliveryId, bulletin, subscriber.id, batchId, `said of ${email}`],
    );
    await tx.query(
      `INSERT INTO print_run (id, bulletin_id, state, printed_as_of, letters, sides, bytes, sha256, file_until)
       VALUES ($1, $2, 'ready', now(), 1, 1, 1, repeat('0', 64), now() + interval '9 days')`,
      [runId, bulletin],
    );
    const printed = { firstName: holder.firstName, name: holder.lastName, addressLines: [email], code: 'K' };
    await tx.insert(PrintLetter, {
      runId,
      number: 1,
      deliveryId,
      person: JSON.stringify(printed),
      pages: 1,
      firstSide: 1,
    });
    await tx.query('INSERT INTO print_piece (run_id, number, bytes) VALUES ($1, 1, $2)', [
      runId,
      Buffer.from(holder.lastName),
    ]);
  });
  const referrer = await program.get(Referrers).make(
    {
      ...{
        kind: 'gp_practice',
        name: `Rowan ${holder.id}`,
        code: null,
        line1: '1 High Street',
        line2: null,
        town: 'Poole',
      },
      ...{ postcode: 'BH15 1HJ', region: undefined, contactName: 'Pat', contactEmail: 'pat@rowan.example' },
      ...{ contactPhone: '01202 960001', figuresBy: 'email' as const },
    },
    null,
    officer.actor,
  );
  const facts = {
    ...{ firstName: holder.firstName, lastName: holder.lastName, email, postcode: 'BH15 1HX', reasons: [] },
    ...{ bestTime: 'any' as const, agreedHow: 'spoken' as const, agreed: true, givenBy: 'Nora', givenAs: 'nurse' },
  };
  // Once by the number that we know, once by the e-mail address alone.
  for (const [phone, noteBy] of [
    [holder.mobile!, 'none'],
    ['+441202960002', 'email'],
  ] as const)
    await program.get(HandOvers).receive(referrer.id, { ...facts, form: randomUUID(), phone, noteBy }, 'en-GB');
  const list = `First name,Last name,Email,Postcode\n${holder.firstName},${holder.lastName},${email},BH15 1HX\n`;
  const imports = program.get(Imports);
  const about = { fileName: 'list.csv', carersServiceId };
  const { id } = await imports.upload(Readable.from([Buffer.from(list)]), about, officer.actor);
  await imports.check(id, { firstName: 0, lastName: 1, email: 2, postcode: 3 }, null, officer.actor);
  await program.get(ImportCheck).run(id);
  const [row] = await database.query('SELECT state, same_as FROM subscriber_import_row WHERE import_id = $1', [id]);
  expect(row).toEqual({ state: 'known', same_as: holder.id });
  // Somebody else's line, which could have been theirs.
  const likely = [{ cardholderId: holder.id, firstName: holder.firstName, lastName: holder.lastName, alike: [] }];
  await database.query(
    `INSERT INTO subscriber_import_row (import_id, line, state, problems, likely) VALUES ($1, 9, 'doubtful', '[]', $2)`,
    [id, JSON.stringify(likely)],
  );
}
