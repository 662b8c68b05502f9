/** Most characters of a slug before a number is put behind it. */
const LONGEST = 60;

/**
 * A name as it can stand in an address: `Café & Cake (Wareham)` → `cafe-and-cake-wareham`.
 * @param fallback for names without a single Latin letter or digit
 */
export function slugFrom(name: string, fallback: string): string {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/&/g, ' and ')
    .replace(/[^a-z0-9]+/g, '-');
  const cut = words.replace(/^-+/, '').slice(0, LONGEST).replace(/-+$/, '');
  return cut || fallback;
}
