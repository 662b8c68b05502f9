import { Accounts } from '@carers/access';
import { Bulletin, BulletinVersion, type Officer } from '@carers/bulletins';
import { Database } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import type { INestApplicationContext } from '@nestjs/common';

const words = `## Warm places this winter

Dear {{firstName}}, these places are warm and open to everybody. Tea is free.

- The library, every day from 10am
- St Peter’s hall, Tuesdays

## Time for yourself

A walk on the cliff every Thursday, with somebody who knows what caring is like. Bring a friend.`;

/** An officer of a carers service. */
export async function officerOf(
  libs: Pick<INestApplicationContext, 'get'>,
  name: string,
  carersServiceId: string | null,
): Promise<Officer> {
  const accounts = libs.get(Accounts, { strict: false });
  const scope = carersServiceId ? ({ kind: 'carers_service', id: carersServiceId } as const) : undefined;
  const accountId = await libs.get(Database, { strict: false }).transaction(async (tx) => {
    const id = await accounts.ensure(tx, { email: `${name}@officers.example`, name });
    await accounts.grant(tx, id, 'carers_service_officer', scope);
    return id;
  });
  return {
    accountId,
    scope: carersServiceId ? [carersServiceId] : null,
    actor: { kind: 'account', id: accountId, role: 'carers_service_officer' },
  };
}

/** A draft to everybody of a service. */
export async function givenBulletin(
  libs: Pick<INestApplicationContext, 'get'>,
  carersServiceId: string,
  by: Officer,
  markdown = words,
): Promise<string> {
  const id = libs.get(Ids, { strict: false }).next();
  const at = libs.get<Clock>(Clock as never, { strict: false }).now();
  await libs.get(Database, { strict: false }).transaction(async (tx) => {
    await tx.insert(Bulletin, {
      id,
      carersServiceId,
      purpose: 'carers_information',
      title: 'Warm places',
      slug: `warm-places-${id}`,
      state: 'draft',
      segment: { standing: 'on' },
      createdBy: by.accountId,
      createdAt: at,
      updatedAt: at,
      frozen: null,
      frozenAt: null,
    });
    await tx.insert(BulletinVersion, {
      bulletinId: id,
      locale: 'en-GB',
      edition: 'standard',
      title: 'Warm places for {{firstName}}',
      markdown,
      shortText: 'Warm places are open this winter, {{firstName}}.',
      revision: 1,
      updatedBy: by.accountId,
      updatedAt: at,
    });
  });
  return id;
}
