import { Database } from '@carers/database';
import type { Bench } from './rounds.js';
import type { World } from './world.js';

async function places({ libs }: World) {
  const database = libs.get(Database);
  const regions = await database.query<{ id: string; slug: string }>('SELECT id, slug FROM region ORDER BY position');
  const categories = await database.query<{ id: string; slug: string }>(
    'SELECT id, slug FROM category ORDER BY position',
  );
  return { regions, categories };
}

/** Lists of a region and category. */
export async function lists(world: World): Promise<Bench> {
  const { regions, categories } = await places(world);
  const pairs = regions.flatMap((region) => categories.map((category) => ({ region, category })));
  let turn = 0;
  return {
    name: 'offers',
    connections: 16,
    ours() {
      const { region, category } = pairs[turn++ % pairs.length]!;
      return [{ method: 'GET', path: `/api/v1/offers?region=${region.slug}&category=${category.slug}` }];
    },
    bare() {
      const { region, category } = pairs[turn++ % pairs.length]!;
      return [{ method: 'GET', path: `/offers?region=${region.id}&category=${category.id}` }];
    },
  };
}

/** A region's page of the directory. */
export async function directoryPage(world: World): Promise<Bench> {
  const { regions } = await places(world);
  let turn = 0;
  return {
    name: 'page',
    connections: 16,
    ours: () => [{ method: 'GET', path: `/offers/${regions[turn++ % regions.length]!.slug}` }],
    bare: () => [{ method: 'GET', path: `/page?region=${regions[turn++ % regions.length]!.id}` }],
  };
}
