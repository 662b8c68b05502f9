/** A scanned text longer than this is refused before anything in it is read. A card's URL has about 230 characters. */
export const MAX_CREDENTIAL_TEXT = 1000;

const TOKEN = /^[A-Za-z2-7]+$/;
const CARD_URL = /^https?:\/\/[^\s/?#]+\/c\/([a-z2-7]+)$/i;

/**
 * The address in a card's QR code: the site's address and the path `/C/`, both in capitals, then the token. Capitals
 * keep the QR code in its alphanumeric mode, and schemes and hosts mean the same in capitals.
 * Throws RangeError when the address is not http(s), or has a path, a query or a user, which capitals could change.
 */
export function cardUrl(publicUrl: string, token: string): string {
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : null;
  if (!url || !/^https?:$/.test(url.protocol) || `${url.origin}/` !== url.href) {
    throw new RangeError('The public address must be http or https with a host and nothing after it.');
  }
  if (!/^[A-Z2-7]+$/.test(token)) throw new RangeError('Not a credential token.');
  return `${url.origin}/C/`.toUpperCase() + token;
}

/**
 * The token in what a scanner or a person gave: a bare token, or a card URL with any host. White space around it is
 * ignored. Lower case is taken too, because some phones put an address in small letters; it is turned into capitals
 * first, and the Base32 must then be canonical. Returns null for everything else; never throws.
 * The host is not compared: the signature says whose card it is.
 */
export function readCredentialText(text: string): string | null {
  if (typeof text !== 'string' || text.length > MAX_CREDENTIAL_TEXT) return null;
  const trimmed = text.trim();
  const token = TOKEN.test(trimmed) ? trimmed : CARD_URL.exec(trimmed)?.[1];
  return token === undefined ? null : token.toUpperCase();
}
