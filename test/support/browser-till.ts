import { cardUrl, generateSigningKey, nodeSigner, signCredential, toJwks } from '@carers/credentials';
import type { OfferTerms } from '@carers/offer-rules';
import { projectRoot } from '@carers/kernel';
import { build } from 'esbuild';
import { createContext, Script } from 'node:vm';
import type { Vector } from '../../libs/offer-rules/vectors/read-vectors.js';
import type { BundleOffer } from '../../libs/till/browser/till/offline/bundle.js';

/** What the bundle is made of: the engine, and the till that works alone, as the browser gets them. */
const entry = `
  import { evaluateOffer } from './libs/offer-rules/src/browser.ts';
  import { checkOffline, judgeOffer } from './libs/till/browser/till/offline/check.ts';
  import { verifyingKeysOf } from './libs/till/browser/till/offline/keys.ts';
  import { talliesOf } from './libs/till/browser/till/offline/tallies.ts';
  globalThis.ask = async (name, text) => {
    const given = JSON.parse(text);
    return JSON.stringify(await { evaluate, check }[name](given));
  };
  function evaluate(question) {
    return evaluateOffer({ ...question, at: new Date(question.at) });
  }
  async function check({ text, jwks, offer, branchId, at, listAgeDays, cardUses, basketPence, training }) {
    const now = Date.parse(at);
    const material = {
      keys: await verifyingKeysOf(jwks),
      statuses: { statusOf: () => 0 },
      listAsOf: now - listAgeDays * 86400000,
      bundle: { branch: { id: branchId }, serverTime: at, offers: [offer] },
      tallies: new Map(),
    };
    const [tally] = talliesOf(offer, '0123456789abcdef', now).filter((each) => each.startsWith('card '));
    if (tally) material.tallies.set(tally, cardUses);
    const answer = await checkOffline(text, material, now, { training });
    if (answer.outcome !== 'valid') return { scanned: answer.reason, paid: null };
    const { usable, reason, nextUsableAt, remaining } = answer.offers[0];
    return {
      scanned: usable ? { usable, remaining } : { usable, reason, nextUsableAt, remaining },
      paid: judgeOffer(offer, answer, material, now, basketPence),
    };
  }
`;

type Kind = 'adult' | 'young' | 'test';

/**
 * The rules and the till without a connection as one script for browsers, run where there is nothing of Node: only what
 * every browser has. Questions and answers go in and out as JSON.
 */
export class BrowserTill {
  private constructor(
    private readonly ask: (name: string, given: string) => Promise<string>,
    private readonly cards: Record<Kind, string>,
    private readonly jwks: unknown,
  ) {}

  static async load(): Promise<BrowserTill> {
    const { outputFiles } = await build({
      stdin: { contents: entry, resolveDir: projectRoot, loader: 'js' },
      bundle: true,
      minify: true,
      write: false,
      platform: 'browser',
      format: 'iife',
      target: 'es2020',
      logLevel: 'silent',
    });
    const page = createContext({ crypto, TextEncoder, TextDecoder, atob, btoa });
    new Script(outputFiles[0]!.text).runInContext(page);
    const key = generateSigningKey();
    const cardOf = async (kind: Kind) => {
      const claims = { credentialId: '0123456789abcdef', statusIndex: 7, kind, firstName: 'Margaret' };
      const expiresAt = new Date('2106-01-02T00:00:00Z');
      return cardUrl('https://card.example', await signCredential({ ...claims, expiresAt }, nodeSigner(key)));
    };
    const cards = { adult: await cardOf('adult'), young: await cardOf('young'), test: await cardOf('test') };
    return new BrowserTill((page as { ask: BrowserTill['ask'] }).ask, cards, toJwks([key]));
  }

  /** The engine's whole answer. */
  async evaluate(question: Vector['question']): Promise<unknown> {
    return JSON.parse(await this.ask('evaluate', JSON.stringify(question))) as unknown;
  }

  /** What the till without a connection says to a scan, and what it says once it knows the basket. */
  async check({ question }: Vector, terms: OfferTerms): Promise<{ scanned: unknown; paid: unknown }> {
    const { card, usage, at, branchId, listAgeDays = 0, basketPence = null } = question;
    const offer: BundleOffer = {
      id: 'offer',
      title: '',
      sentence: '',
      terms,
      revision: 1,
      usedToday: usage?.today ?? null,
      usedEver: usage?.total ?? null,
    };
    const given = {
      text: this.cards[card?.kind ?? 'adult'],
      jwks: this.jwks,
      offer,
      branchId: branchId ?? 'branch-1',
      at,
      listAgeDays,
      cardUses: usage?.card ?? 0,
      basketPence,
      training: card?.kind === 'test',
    };
    return JSON.parse(await this.ask('check', JSON.stringify(given))) as { scanned: unknown; paid: unknown };
  }
}
