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
    icons: [{ src: '/brand-icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any maskable' }],
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
