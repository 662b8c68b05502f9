import { CardTokens, Card, Credential } from '@carers/cards';
import { Database } from '@carers/database';
import { Ids } from '@carers/kernel';
import { Tills } from '@carers/till';
import type { Bench } from './rounds.js';
import type { World } from './world.js';

/** The requests of each bench, on data that are loaded. */
export async function makeBenches(world: World): Promise<Bench[]> {
  return [await validations(world), await lists(world), await directoryPage(world)];
}

/** Distinct cards at 16 tills of branches with offers. */
async function validations({ libs }: World): Promise<Bench> {
  const database = libs.get(Database);
  const ids = libs.get(Ids);
  const tokens = libs.get(CardTokens, { strict: false });
  const branches = await database.query<{ id: string }>('SELECT id FROM branch ORDER BY id LIMIT 16');
  const keys: string[] = [];
  for (const { id } of branches) {
    keys.push((await libs.get(Tills, { strict: false }).create(id, 'Bench', { kind: 'system', id: 'bench' })).key);
  }
  // Spread over the whole registry, so that the pages read are not always the same.
  const credentials = await database.reader
    .createQueryBuilder(Credential, 'credential')
    .where('credential.status_index % 50 = 0')
    .limit(2_000)
    .getMany();
  const cards: { qr: string; credentialId: string }[] = [];
  for (const credential of credentials) {
    const card = await database.reader.findOneByOrFail(Card, { id: credential.cardId });
    cards.push({ qr: await tokens.sign(card, credential), credentialId: credential.id });
  }
  let turn = 0;
  const next = () => {
    turn++;
    return { card: cards[turn % cards.length]!, key: keys[turn % keys.length]! };
  };
  const request = (path: string, key: string, body: object) => ({
    method: 'POST' as const,
    path,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  return {
    name: 'validations',
    target: 0.65,
    ours() {
      const { card, key } = next();
      return request('/api/v1/validations', key, { credential: card.qr, scanId: ids.next() });
    },
    bare() {
      const { card, key } = next();
      return request('/validations', key, { id: ids.next(), credentialId: card.credentialId, scanId: ids.next() });
    },
  };
}

async function places({ libs }: World) {
  const database = libs.get(Database);
  const regions = await database.query<{ id: string; slug: string }>('SELECT id, slug FROM region ORDER BY position');
  const categories = await database.query<{ id: string; slug: string }>(
    'SELECT id, slug FROM category ORDER BY position',
  );
  return { regions, categories };
}

async function lists(world: World): Promise<Bench> {
  const { regions, categories } = await places(world);
  const pairs = regions.flatMap((region) => categories.map((category) => ({ region, category })));
  let turn = 0;
  return {
    name: 'offers',
    target: 0.7,
    ours() {
      const { region, category } = pairs[turn++ % pairs.length]!;
      return { method: 'GET', path: `/api/v1/offers?region=${region.slug}&category=${category.slug}` };
    },
    bare() {
      const { region, category } = pairs[turn++ % pairs.length]!;
      return { method: 'GET', path: `/offers?region=${region.id}&category=${category.id}` };
    },
  };
}

async function directoryPage(world: World): Promise<Bench> {
  const { regions } = await places(world);
  let turn = 0;
  return {
    name: 'page',
    target: 0.1,
    ours: () => ({ method: 'GET', path: `/offers/${regions[turn++ % regions.length]!.slug}` }),
    bare: () => ({ method: 'GET', path: `/page?region=${regions[turn++ % regions.length]!.id}` }),
  };
}
