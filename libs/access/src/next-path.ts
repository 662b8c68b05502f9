const origin = 'https://this-site.invalid';

/** Where to go after signing in: the path if it leads to a page of this site and to nothing else, otherwise null. */
export function sameSitePath(wanted: unknown): string | null {
  if (typeof wanted !== 'string' || wanted.length > 500 || !/^\/(?![/\\])[^\\\s]*$/.test(wanted)) return null;
  if (!URL.canParse(wanted, origin)) return null;
  const url = new URL(wanted, origin);
  // Signing in leads away from here; back again would be a circle.
  if (url.origin !== origin || /^\/(sign-in|sign-out)(\/|$)/.test(url.pathname) || url.pathname.startsWith('//'))
    return null;
  return url.pathname + url.search;
}
