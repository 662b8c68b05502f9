import {
  cardUrl,
  type CredentialClaims,
  generateSigningKey,
  nodeSigner,
  NodeVerifyingKeys,
  signCredential,
  toJwks,
} from '@carers/credentials';
import type { OfferTerms } from '@carers/offer-rules';
import type { BundleOffer, TillBundle } from './bundle.js';
import type { Material, Statuses } from './check.js';
import type { ReadList } from './list.js';

export const key = generateSigningKey();
export const jwks = toJwks([key]);
export const noon = Date.parse('2026-11-21T12:00:00Z');

/** The text of a card's QR: Margaret's, unless other claims are given. */
export async function cardText(claims: Partial<CredentialClaims> = {}, code?: string): Promise<string> {
  const token = await signCredential(
    {
      credentialId: '0123456789abcdef',
      expiresAt: new Date('2028-11-21T00:00:00Z'),
      statusIndex: 7,
      kind: 'adult',
      firstName: 'Margaret',
      ...claims,
    },
    nodeSigner(key),
  );
  return cardUrl('https://card.example', token, code);
}

export function offer(terms: Partial<OfferTerms> = {}, more: Partial<BundleOffer> = {}): BundleOffer {
  return {
    id: '0190a6a4-7c1e-7000-8000-000000000002',
    title: '10% off your meal',
    sentence: '10% off your meal. For the carer. Show your card when you pay.',
    terms: { kind: 'percentage', percent: 10, who: 'carer', how: 'in_person', ...terms } as OfferTerms,
    revision: 3,
    usedToday: null,
    usedEver: null,
    ...more,
  };
}

export function bundle(offers: BundleOffer[] = [offer()], more: Partial<TillBundle> = {}): TillBundle {
  return {
    till: { id: 'till', name: 'Counter' },
    branch: { id: '0190a6a4-7c1e-7000-8000-0000000000b1', name: 'The Quay Kitchen' },
    business: { id: 'business', name: 'The Quay Kitchen' },
    working: true,
    serverTime: new Date(noon).toISOString(),
    offers,
    policy: { undoMinutes: 10, syncMinutes: 15 },
    pin: null,
    ...more,
  };
}

/** A list of two hundred places, all of them well but those that are given. */
export function statuses(given: Record<number, number> = {}): Statuses {
  return { statusOf: (index) => (index < 200 ? (given[index] ?? 0) : null) };
}

export function material(more: Partial<Material<NodeVerifyingKeys>> = {}): Material<NodeVerifyingKeys> {
  return {
    keys: new NodeVerifyingKeys([key]),
    statuses: statuses(),
    listAsOf: noon - 3_600_000,
    bundle: bundle(),
    tallies: new Map(),
    ...more,
  };
}

/** A list of a test's own making: JSON of statuses where the real one is signed and compressed. */
export const readPlainList: ReadList = async ({ whole, changes }) => {
  const read = (jwt: string) => {
    const { list } = JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString()) as { list?: object };
    if (!list) throw new Error('This is no list.');
    return list as Record<number, number>;
  };
  return statuses({ ...read(whole), ...(changes === null ? {} : read(changes)) });
};

export function plainList(iat: number, list: Record<number, number> = {}): string {
  return `e30.${Buffer.from(JSON.stringify({ iat, list })).toString('base64url')}.e30`;
}
