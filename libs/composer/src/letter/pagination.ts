import type { Item } from './items.js';

/** An item and how far its top is under the top of the page's text. */
export interface Placed {
  item: Item;
  down: number;
}

/**
 * Puts lines on pages. What keeps the next goes to the next page together with it, unless it began the page: then no
 * page would be long enough, and it is broken where it has to be.
 * @param roomOn height of the text on page 0, 1, …, in points
 */
export function paginate(items: readonly Item[], roomOn: (page: number) => number): Placed[][] {
  const pages: Placed[][] = [[]];
  let down = 0;
  const turn = () => {
    pages.push([]);
    down = 0;
  };
  for (let from = 0; from < items.length;) {
    let to = from;
    while (to < items.length - 1 && items[to]!.keepsNext) to++;
    const group = items.slice(from, to + 1);
    const room = roomOn(pages.length - 1);
    if (down > 0 && down + heightOf(group, down) > room) turn();
    for (const item of group) {
      const above = down > 0 ? item.above : 0;
      if (down > 0 && down + above + item.height > roomOn(pages.length - 1)) turn();
      const top = down > 0 ? down + item.above : 0;
      pages.at(-1)!.push({ item, down: top });
      down = top + item.height;
    }
    from = to + 1;
  }
  return pages;
}

function heightOf(group: readonly Item[], down: number): number {
  return group.reduce((sum, { above, height }, index) => sum + height + (index > 0 || down > 0 ? above : 0), 0);
}
