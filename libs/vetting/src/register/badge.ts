import { Lettering } from '@carers/cards';
import type { BrandColours } from '@carers/pages';

/** What a badge says, in words. */
export interface BadgeWords {
  business: string;
  /** "Checked by Dorset Carers Card". */
  says: string;
  /** "Until 1 March 2027", or where to look. */
  until: string;
  current: boolean;
}

export const badgeSize = { width: 340, height: 96 } as const;

/** The badge as SVG without scripts, links or text elements: letters are outlines, and a title says the same. */
export async function badgeSvg({ business, says, until, current }: BadgeWords, colours: BrandColours): Promise<string> {
  const letters = await Lettering.open();
  const { width, height } = badgeSize;
  const ground = current ? colours.seaDeep : '#ffffff';
  const ink = current ? '#ffffff' : colours.ink;
  const accent = current ? colours.sun : colours.quiet;
  const sign = current ? 'M26 49l10 10 20-22' : 'M28 35l26 26M54 35L28 61';
  const room = width - 92 - 16;
  const line = (text: string, y: number, setting: { size: number; weight: 400 | 700; colour: string }) => {
    const { size, weight } = setting;
    const { lines } = letters.fitted(text, { width: room, lines: 1, largest: size, smallest: size, weight });
    return letters.line(lines[0] ?? '', 84, y, setting);
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(`${business}. ${says}. ${until}.`)}</title>`,
    `<rect x="1" y="1" width="${width - 2}" height="${height - 2}" rx="10" fill="${ground}" stroke="${current ? colours.seaDeep : colours.quiet}" stroke-width="2"/>`,
    `<circle cx="41" cy="48" r="27" fill="none" stroke="${accent}" stroke-width="4"/>`,
    `<path d="${sign}" fill="none" stroke="${accent}" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/>`,
    line(business, 33, { size: 18, weight: 700, colour: ink }),
    line(says, 56, { size: 15, weight: 400, colour: ink }),
    line(until, 78, { size: 15, weight: 700, colour: current ? colours.sun : colours.ink }),
    '</svg>',
  ].join('');
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
