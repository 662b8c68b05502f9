import { createHash } from 'node:crypto';
import { ContrastTooLow, contrastFailures } from './contrast.js';

/** A scheme's colours as `#rrggbb`; what each is for is in the README. */
export interface BrandColours {
  ink: string;
  sea: string;
  seaDeep: string;
  sun: string;
  sand: string;
  line: string;
  quiet: string;
  yes: string;
  no: string;
  warn: string;
}

/** What makes a scheme look like itself: data, never code. */
export interface Brand {
  name: string;
  shortName: string;
  phone: string;
  email: string;
  /** The mark as one inline `<svg>` without scripts; its colours may use `currentColor`. Checked when it is saved. */
  mark: string;
  colours: BrandColours;
}

/** Where pages and messages get the scheme's brand. The places lib supplies it; keep it cached, every page asks. */
export abstract class BrandSource {
  abstract current(): Promise<Brand> | Brand;
}

/** The brand of the demo scheme, and of tests. Phone and address are from ranges kept for fiction. */
export const demoBrand: Brand = {
  name: 'Dorset Carers Card',
  shortName: 'Carers Card',
  phone: '01632 960 123',
  email: 'hello@dorsetcarerscard.example',
  mark:
    '<svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">' +
    '<path fill="#ffc53d" d="M16 29 4.6 17.2a7.6 7.6 0 0 1 0-10.7 7.3 7.3 0 0 1 10.5 0l.9.9.9-.9a7.3 7.3 0 0 1 10.5 0 7.6 7.6 0 0 1 0 10.7z"/>' +
    '<path fill="none" stroke="#083f48" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round" d="M9.5 13.5c2.2 4.6 9.6 5 13 0"/></svg>',
  colours: {
    ink: '#0b2b33',
    sea: '#0e5a66',
    seaDeep: '#083f48',
    sun: '#ffc53d',
    sand: '#f6f1e7',
    line: '#c9d3d3',
    quiet: '#4a6066',
    yes: '#0a6b3b',
    no: '#a3201d',
    warn: '#8a5a00',
  },
};

/** The demo brand, always. */
export class DemoBrandSource extends BrandSource {
  override current(): Brand {
    return demoBrand;
  }
}

/** Throws `ContrastTooLow` for colours that people could not read (WCAG 2.2, 1.4.3 and 1.4.11). */
export function checkContrast(colours: BrandColours): void {
  const [worst] = contrastFailures(colours);
  if (worst) throw new ContrastTooLow(worst);
}

/** The style sheet that carries a scheme's colours, and its hash for the content security policy. */
export interface BrandStyle {
  css: string;
  /** `'sha256-…'`, ready for `style-src`. */
  csp: string;
}

const styles = new WeakMap<BrandColours, BrandStyle>();

/** The brand's colours as custom properties. A fixed text per brand, so pages stay cacheable under a strict policy. */
export function brandStyle({ colours }: Brand): BrandStyle {
  let style = styles.get(colours);
  if (!style) {
    const css = `:root{${Object.entries(colours)
      .map(([name, value]) => `--brand-${kebab(name)}:${colour(value)}`)
      .join(';')}}`;
    style = { css, csp: `'sha256-${createHash('sha256').update(css).digest('base64')}'` };
    styles.set(colours, style);
  }
  return style;
}

/** Nothing but a six-figure colour may reach the style sheet. */
function colour(value: string): string {
  if (!/^#[0-9a-f]{6}$/i.test(value)) throw new RangeError(`Not a colour: ${value}`);
  return value;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
