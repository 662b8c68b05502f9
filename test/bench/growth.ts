import { ScaleLoad } from '@carers/demo';
import { median } from './rounds.js';
import type { World } from './world.js';

/** Milliseconds of a list, and of a request that does nothing, taken in turn: the machine's speed at that time. */
export interface ListTime {
  list: number;
  nothing: number;
}

/**
 * Times a region's list of 20, one request at a time. A parameter that nobody reads keeps answers from being taken from memory.
 */
export async function timeLists(world: World, requests = 400): Promise<ListTime> {
  const places = (await (await fetch(`${world.ours.url}/api/v1/regions`)).json()) as {
    data: { slug: string; offerCount: number }[];
  };
  // A small region has too few for a whole list while the directory is small.
  const regions = places.data.filter(({ offerCount }) => offerCount >= 20);
  const times: number[] = [];
  const idle: number[] = [];
  for (let turn = 0; turn < requests + 50; turn++) {
    const region = regions[turn % regions.length]!.slug;
    const began = performance.now();
    const answer = await fetch(`${world.ours.url}/api/v1/offers?region=${region}&limit=20&fresh=${began}`);
    const { data } = (await answer.json()) as { data: unknown[] };
    // A list that is shorter in the small directory would be faster for that alone.
    if (!answer.ok || data.length !== 20)
      throw new Error(`A list of 20 was answered with ${answer.status}, ${data.length}.`);
    const ended = performance.now();
    await (await fetch(`${world.ours.url}/health/live`)).arrayBuffer();
    if (turn < 50) continue;
    times.push(ended - began);
    idle.push(performance.now() - ended);
  }
  return { list: median(times), nothing: median(idle) };
}

/** Grows the directory. */
export async function growTo(world: World, offers: number, progress: (sentence: string) => void): Promise<void> {
  await world.libs.get(ScaleLoad, { strict: false }).load({ cards: 0, offers }, progress);
}
