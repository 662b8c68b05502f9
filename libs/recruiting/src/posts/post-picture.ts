import { Lettering } from '@carers/cards';
import type { Brand } from '@carers/pages';

/** What stands on a picture: every word comes from the offer or from a catalogue. */
export interface Pictured {
  /** "10% off your meal". */
  title: string;
  business: string;
  /** Town, or that it is online. */
  where: string;
  /** What to do: "Show your Carers Card". */
  call: string;
  /** The site's address as people read it. */
  site: string;
}

/** Link previews are wide, a wall of pictures is square. */
export const shapes = { wide: { width: 1200, height: 630 }, square: { width: 1080, height: 1080 } } as const;
export type Shape = keyof typeof shapes;

/** The picture of a post, as SVG without any text element: all letters are outlines. */
export async function postSvg(pictured: Pictured, brand: Brand, shape: Shape): Promise<string> {
  const letters = await Lettering.open();
  const { width, height } = shapes[shape];
  const wide = shape === 'wide';
  const edge = wide ? 72 : 84;
  const foot = wide ? 112 : 150;
  const { seaDeep, sea, sun, sand, ink } = brand.colours;
  const parts = [
    `<rect width="${width}" height="${height}" fill="${seaDeep}"/>`,
    // A quiet shape behind, so that the ground is not flat.
    `<circle cx="${width - edge}" cy="${wide ? 60 : 120}" r="${wide ? 330 : 420}" fill="${sea}"/>`,
    markAt(brand.mark, { x: width - edge - (wide ? 190 : 230), y: edge - 12, side: wide ? 190 : 230 }),
    letters.line(brand.name, edge, edge + 30, { size: wide ? 38 : 44, weight: 700, colour: '#ffffff' }),
    `<rect x="${edge}" y="${edge + 58}" width="120" height="8" rx="4" fill="${sun}"/>`,
  ];

  const room = width - 2 * edge;
  const business = letters.canSet(pictured.business) ? pictured.business : '';
  const title = letters.fitted(pictured.title, {
    width: wide ? room - 230 : room,
    lines: wide ? 3 : 4,
    largest: wide ? 92 : 124,
    smallest: 46,
    weight: 700,
  });
  const by = letters.fitted(business, { width: room, lines: 1, largest: wide ? 50 : 60, smallest: 34, weight: 700 });
  const leading = title.size * 1.12;
  // From the foot upwards: place, business, then the offer above them.
  const whereAt = height - foot - (wide ? 40 : 64);
  const byAt = whereAt - (wide ? 48 : 58);
  const titleAt = byAt - by.size - (wide ? 26 : 44) - (title.lines.length - 1) * leading;
  title.lines.forEach((line, index) =>
    parts.push(letters.line(line, edge, titleAt + index * leading, { size: title.size, weight: 700, colour: sun })),
  );
  for (const line of by.lines)
    parts.push(letters.line(line, edge, byAt, { size: by.size, weight: 700, colour: '#ffffff' }));
  const place = letters.fitted(pictured.where, { width: room, lines: 1, largest: wide ? 34 : 42, smallest: 24 });
  for (const line of place.lines)
    parts.push(letters.line(line, edge, whereAt, { size: place.size, colour: '#ffffff' }));

  parts.push(`<rect y="${height - foot}" width="${width}" height="${foot}" fill="${sand}"/>`);
  const baseline = height - foot / 2 + 12;
  const call = letters.fitted(pictured.call, {
    width: room * 0.56,
    lines: 1,
    largest: wide ? 36 : 40,
    smallest: 22,
    weight: 700,
  });
  parts.push(letters.line(call.lines[0] ?? '', edge, baseline, { size: call.size, weight: 700, colour: ink }));
  const site = letters.fitted(pictured.site, { width: room * 0.42, lines: 1, largest: wide ? 30 : 32, smallest: 18 });
  const siteLine = site.lines[0] ?? '';
  const siteX = width - edge - letters.width(siteLine, { size: site.size });
  parts.push(letters.line(siteLine, siteX, baseline, { size: site.size, colour: ink }));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${parts.join('')}</svg>`;
}

/** The same as PNG: some 60 kB, drawn in a tenth of a second. */
export async function postPng(pictured: Pictured, brand: Brand, shape: Shape): Promise<Buffer> {
  // Asked for here: it is a native library, and few processes draw.
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(await postSvg(pictured, brand, shape)))
    .png()
    .toBuffer();
}

/** A mark is one `<svg>` of plain shapes, checked where it is saved; it is put into a square of another one. */
function markAt(mark: string, { x, y, side }: { x: number; y: number; side: number }): string {
  const [, attributes = '', shapesOfMark = ''] = /^\s*<svg([^>]*)>([\s\S]*)<\/svg>\s*$/.exec(mark) ?? [];
  const viewBox = /viewBox="([-\d.\s]+)"/.exec(attributes)?.[1] ?? '0 0 32 32';
  return `<svg x="${x}" y="${y}" width="${side}" height="${side}" viewBox="${viewBox}" color="#ffffff">${shapesOfMark}</svg>`;
}
