import { randomUUID } from 'node:crypto';
import { Database } from '@carers/database';
import type { Offer } from '@carers/offers';
import { startTestApp, type TestApp } from './app.js';
import { Given, type GivenBusiness, type GivenCard } from './given.js';

export interface UploadResult {
  scanId: string;
  offerId: string;
  result: string;
  redemptionId: string | null;
  flags: string[];
}
export type UploadedUse = Record<string, unknown>;
export const staff = { kind: 'system', id: 'test' } as const;
export const noon = '2026-11-21T12:00:00Z';
const morning = '2026-11-21T08:00:00Z';

/** A café with a till, an offer and a cardholder at noon; what its till uploads, and what became of it. */
export class TillUploads {
  private constructor(
    readonly running: TestApp,
    readonly given: Given,
    readonly cafe: GivenBusiness,
    readonly margaret: GivenCard,
    readonly offer: Offer,
    readonly key: string,
  ) {}

  static async start(): Promise<TillUploads> {
    const running = await startTestApp({ at: morning });
    const given = new Given(running);
    await given.scheme();
    const cafe = await given.business();
    const margaret = await given.card();
    const offer = await given.offer(cafe.business.id);
    return new TillUploads(running, given, cafe, margaret, offer, await given.tillKey(cafe.branch.id));
  }

  post(path: string, body: object, bearer = this.key) {
    return this.running.browser().post(path).set('authorization', `Bearer ${bearer}`).send(body);
  }

  /** A use of the café's offer half an hour before noon, but for what `more` says. */
  useOf(more: UploadedUse = {}): UploadedUse {
    return {
      scanId: randomUUID(),
      offerId: this.offer.id,
      credential: this.margaret.printedQr,
      occurredAt: '2026-11-21T11:30:00Z',
      ...more,
    };
  }

  async upload(
    uses: UploadedUse[],
    { sentAt = noon, bearer = this.key }: { sentAt?: string; bearer?: string } = {},
  ): Promise<UploadResult[]> {
    const { body } = await this.post('/api/v1/redemptions/batch', { sentAt, redemptions: uses }, bearer).expect(200);
    return (body as { results: UploadResult[] }).results;
  }

  async told(use: UploadedUse, options?: { sentAt?: string; bearer?: string }): Promise<UploadResult> {
    return (await this.upload([use], options))[0]!;
  }

  async row(id: string | null): Promise<Record<string, unknown>> {
    return (await this.rows<Record<string, unknown>>('SELECT * FROM redemption WHERE id = $1', [id]))[0]!;
  }

  reviewsOf(scanId: unknown) {
    return this.rows<{
      kind: string;
      subject_kind: string;
      reason_key: string;
      evidence: Record<string, unknown>;
    }>(`SELECT kind, subject_kind, reason_key, evidence FROM review_item WHERE evidence ->> 'scanId' = $1`, [scanId]);
  }

  /** How often an offer counts as used. */
  async used(offerId: string, scope = 'total'): Promise<number | undefined> {
    const [counter] = await this.rows<{ used: number }>(
      'SELECT used FROM offer_counter WHERE offer_id = $1 AND scope = $2',
      [offerId, scope],
    );
    return counter?.used;
  }

  /** An offer that was published this morning. */
  async offerWith(terms: Parameters<Given['offer']>[1] = {}): Promise<Offer> {
    this.running.clock.set(morning);
    const made = await this.given.offer(this.cafe.business.id, terms);
    this.running.clock.set(noon);
    return made;
  }

  private rows<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    return this.running.get(Database).query<Row>(text, values);
  }
}
