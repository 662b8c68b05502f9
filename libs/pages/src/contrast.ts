import { Problem } from '@carers/kernel';
import type { BrandColours } from './brand.js';

type ColourName = keyof BrandColours | 'white';

export interface ContrastFailure {
  text: ColourName;
  ground: ColourName;
  /** As found, rounded down to two places. */
  ratio: number;
  needed: number;
}

/** Text on its ground (4.5:1), and shapes and borders that carry meaning (3:1), wherever the style sheet pairs them. */
const PAIRS: readonly [text: ColourName, ground: ColourName, needed: number][] = [
  ['ink', 'white', 4.5],
  ['ink', 'sand', 4.5],
  ['ink', 'sun', 4.5],
  ['quiet', 'white', 4.5],
  ['quiet', 'sand', 4.5],
  ['sea', 'white', 4.5],
  ['sea', 'sand', 4.5],
  ['seaDeep', 'white', 4.5],
  ['yes', 'white', 4.5],
  ['no', 'white', 4.5],
  ['warn', 'white', 4.5],
  ['sun', 'seaDeep', 3],
  ['sun', 'ink', 3],
];

/** Contrast of two `#rrggbb` colours by WCAG 2: from 1 (the same) to 21 (black on white). */
export function contrastRatio(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** The pairs that fail AA, worst first. */
export function contrastFailures(colours: BrandColours): ContrastFailure[] {
  const value = (name: ColourName) => (name === 'white' ? '#ffffff' : colours[name]);
  return PAIRS.map(([text, ground, needed]) => ({
    text,
    ground,
    needed,
    ratio: Math.floor(contrastRatio(value(text), value(ground)) * 100) / 100,
  }))
    .filter(({ ratio, needed }) => ratio < needed)
    .sort((a, b) => a.ratio / a.needed - b.ratio / b.needed);
}

/** A scheme's colours would be too hard to read. */
export class ContrastTooLow extends Problem {
  readonly slug = 'contrast-too-low';
  readonly kind = 'invalid';
  readonly room = 'pages';

  constructor(readonly failure: ContrastFailure) {
    super({ text: failure.text, ground: failure.ground, ratio: failure.ratio, needed: failure.needed });
  }
}

/** Relative luminance (WCAG 2.2, "relative luminance"). */
function luminance(colour: string): number {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (!match) throw new RangeError(`Not a colour: ${colour}`);
  const [red, green, blue] = match.slice(1).map((hex) => {
    const share = parseInt(hex, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
