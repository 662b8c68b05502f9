/** A scanned text longer than this is refused before anything in it is read. A card's URL has about 230 characters. */
export const MAX_CREDENTIAL_TEXT = 1000;

/** A token, and behind a point the phone's rotating code where there is one. */
const TOKEN = /^([a-z2-7]+)(?:\.([a-z2-7]{5}))?$/i;
const CARD_URL = /^https?:\/\/[^\s/?#]+\/c\/([a-z2-7]+)(?:\.([a-z2-7]{5}))?$/i;

/** What a card's text holds. */
export interface CardText {
  /** The signed token, in capitals. Nothing in it has been checked. */
  token: string;
  /** The rotating code beside it, five characters; null on printed cards. */
  code: string | null;
}

/**
 * The address in a card's QR code: the site's address and the path `/C/`, both in capitals, then the token. Capitals
 * keep the QR code in its alphanumeric mode, and schemes and hosts mean the same in capitals.
 * @param code the rotating code of this half minute, for a card shown on a phone: it follows the token after a point
 * Throws RangeError when the address is not http(s), or has a path, a query or a user, which capitals could change.
 */
export function cardUrl(publicUrl: string, token: string, code?: string): string {
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : null;
  if (!url || !/^https?:$/.test(url.protocol) || `${url.origin}/` !== url.href) {
    throw new RangeError('The public address must be http or https with a host and nothing after it.');
  }
  if (!/^[A-Z2-7]+$/.test(token)) throw new RangeError('Not a credential token.');
  if (code !== undefined && !/^[A-Z2-7]{5}$/.test(code)) throw new RangeError('Not a rotating code.');
  return `${url.origin}/C/`.toUpperCase() + token + (code === undefined ? '' : `.${code}`);
}

/**
 * What a scanner or a person gave: a bare token or a card URL with any host, with or without a rotating code. White
 * space around it is ignored. Lower case is taken too, because some phones put an address in small letters; it is
 * turned into capitals first, and the Base32 must then be canonical. Returns null for everything else; never throws.
 * The host is not compared: the signature says whose card it is.
 */
export function readCardText(text: string): CardText | null {
  if (typeof text !== 'string' || text.length > MAX_CREDENTIAL_TEXT) return null;
  const trimmed = text.trim();
  const [, token, code] = TOKEN.exec(trimmed) ?? CARD_URL.exec(trimmed) ?? [];
  return token === undefined ? null : { token: token.toUpperCase(), code: code?.toUpperCase() ?? null };
}

/** The token alone of such a text, or null. */
export function readCredentialText(text: string): string | null {
  return readCardText(text)?.token ?? null;
}
