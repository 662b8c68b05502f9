import type { Viewer, Words } from '@carers/pages';
import type { Who } from './who.js';

/** The links in the header of a page: where this person has something to do, and the way out. */
export function viewerOf(who: Who, words: Words): Viewer {
  const links: [string, string][] = [];
  if (who.hasRole('carer')) links.push(['/account', 'access:nav.my-card']);
  if (who.hasRole('business_owner')) links.push(['/business', 'access:nav.business']);
  if (who.staff) links.push(['/staff', 'access:nav.staff']);
  if (links.length === 0) links.push(['/account/sessions', 'access:nav.sessions']);
  links.push(['/sign-out', 'access:nav.sign-out']);
  return { name: who.name, links: links.map(([href, key]) => ({ href, text: words.t(key) })) };
}

/** Where somebody goes who signed in without coming from a page that needed it. */
export function homeOf(who: Pick<Who, 'staff' | 'hasRole'>): string {
  if (who.staff) return '/staff';
  if (who.hasRole('business_owner')) return '/business';
  if (who.hasRole('carer')) return '/account';
  return '/account/sessions';
}
