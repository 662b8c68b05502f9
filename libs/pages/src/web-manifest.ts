import type { Brand } from './brand.js';

/** What differs from one installable page to the next. All addresses are paths of this site. */
export interface InstallablePage {
  /** What it is called in full, and under its icon. */
  name: string;
  shortName: string;
  /** The page that opens first; it is also what makes the app the same one in a year. */
  startUrl: string;
  /** Addresses that begin with it belong to the app; all others open in the browser. */
  scope: string;
  locale: string;
  dir: 'ltr' | 'rtl';
}

/** A web app manifest (W3C) in the scheme's colours and with its mark. Send it as `application/manifest+json`. */
export function webManifest({ colours }: Brand, app: InstallablePage): string {
  return JSON.stringify({
    id: app.startUrl,
    name: app.name,
    short_name: app.shortName,
    start_url: app.startUrl,
    scope: app.scope,
    lang: app.locale,
    dir: app.dir,
    display: 'standalone',
    theme_color: colours.seaDeep,
    background_color: '#ffffff',
    // The same picture for both: its mark keeps clear of what a telephone cuts off. Not all of them draw SVG.
    icons: (['any', 'maskable'] as const).flatMap((purpose) => [
      { src: '/brand-icon.svg', sizes: 'any', type: 'image/svg+xml', purpose },
      { src: '/brand-icon-192.png', sizes: '192x192', type: 'image/png', purpose },
      { src: '/brand-icon-512.png', sizes: '512x512', type: 'image/png', purpose },
    ]),
  });
}

/**
 * The scheme's mark on a ground that fills the whole square, as a document: telephones cut icons to shapes of their
 * own and keep only the middle four fifths.
 */
export function brandIcon({ mark, colours }: Brand): string {
  const [root = ''] = /^\s*<svg[^>]*>/.exec(mark) ?? [];
  const placed = root
    .replace(/\s(?:width|height|x|y)="[^"]*"/g, '')
    .replace('<svg', '<svg x="112" y="112" width="288" height="288" color="#ffffff"');
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512" width="512" height="512">' +
    `<path fill="${colours.seaDeep}" d="M0 0h512v512H0z"/>${placed}${mark.slice(root.length)}</svg>`
  );
}

/** Sides of the icon as PNG, in pixels: of an iPhone's home screen, and those that Android asks for. */
export const iconSides = [180, 192, 512] as const;

/** The icon as PNG, without transparency, which iPhones would fill with black. */
export async function brandIconPng(brand: Brand, side: (typeof iconSides)[number]): Promise<Buffer> {
  // Loaded when it is first asked for: it is large.
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(brandIcon(brand)), { density: 72 })
    .resize(side, side)
    .flatten({ background: brand.colours.seaDeep })
    .png({ compressionLevel: 9, palette: true })
    .toBuffer();
}
