/** What an address in a text may be, and what becomes of it. */
export type LinkTarget = { href: string; plainHttp: boolean } | null;

/**
 * An address that may stand in a message: https, http (with a notice), a mail address, a telephone number, or a path
 * of our own site. Everything else (`javascript:`, `data:`, a relative path) is null.
 */
export function linkTarget(typed: string, publicUrl: string): LinkTarget {
  const text = typed.trim();
  // Not as a pattern over the whole: what a URL parser skips, such as a tab, must not hide a scheme.
  if (/[\u0000-\u0020\u007f-\u00a0\u2028\u2029<>"\\^`{|}]/.test(text) || text.length > 2_000) return null;
  if (text.startsWith('/') && !text.startsWith('//')) return within(publicUrl, text);
  if (/^mailto:[^?&\s@,;]+@[^?&\s@,;]+$/i.test(text)) return { href: text, plainHttp: false };
  if (/^tel:\+?[0-9()-]{3,20}$/i.test(text)) return { href: text, plainHttp: false };
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username || url.password) return null;
  return { href: url.href, plainHttp: url.protocol === 'http:' };
}

function within(publicUrl: string, path: string): LinkTarget {
  const url = new URL(path, publicUrl);
  return url.origin === new URL(publicUrl).origin ? { href: url.href, plainHttp: false } : null;
}

/** Words that do not say where a link goes (WCAG 2.2, 2.4.4): many read links by themselves, in a list. */
const empty = [
  'click here',
  'click',
  'here',
  'this',
  'this link',
  'link',
  'read more',
  'more',
  'find out more',
  'more info',
];

export function saysNothing(words: string): boolean {
  return empty.includes(
    words
      .toLowerCase()
      .replace(/[^\p{L}\s]/gu, '')
      .trim(),
  );
}
