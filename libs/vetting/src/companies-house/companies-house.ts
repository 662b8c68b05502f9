import { AskedTooOften, Limits } from '@carers/access';
import { Clock } from '@carers/kernel';
import { type CompaniesHouseSettings, Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { companyAnswer, companyRecord, type CompanyRecord, officersAnswer } from './companies-house-answers.js';
import type { CompanyNumber } from './company-number.js';

const liveUrl = 'https://api.company-information.service.gov.uk';
const patience = 10_000;
/** The most of an answer that is read: a company with a hundred officers takes some 100 kB. */
const mostBytes = 1_000_000;
const aPause = 300;

/** The register's limit is reached, ours or its own: ask again then. */
export class CompaniesHouseBusy extends Error {
  override name = 'CompaniesHouseBusy';

  constructor(readonly until: Date) {
    super(`Companies House can be asked again at ${until.toISOString()}.`);
  }
}

/** The register did not answer, or not in a way we can read. The job tries again. */
export class CompaniesHouseUnavailable extends Error {
  override name = 'CompaniesHouseUnavailable';
}

/**
 * Looks companies up in the public register (REST; the key is the user name of Basic authentication). It allows 600
 * requests in five minutes for a key; all our processes together stay below by counting in PostgreSQL.
 */
@Injectable()
export class CompaniesHouse {
  private readonly settings: CompaniesHouseSettings | null;

  constructor(
    settings: Settings,
    private readonly limits: Limits,
    private readonly clock: Clock,
  ) {
    this.settings = settings.companiesHouse;
  }

  /** Whether there is a key. Without one an officer looks on the public site, and notes what and when. */
  get available(): boolean {
    return this.settings !== null;
  }

  /**
   * The company with its officers; null where the register has none of that number. Never inside a transaction.
   * @throws CompaniesHouseBusy, CompaniesHouseUnavailable
   */
  async find(number: CompanyNumber): Promise<CompanyRecord | null> {
    const company = await this.ask(`/company/${number}`, companyAnswer);
    if (company === null) return null;
    // A company without officers, such as some societies, has no list.
    const none = { total_results: 0, items: [] };
    const officers = await this.ask(`/company/${number}/officers?items_per_page=100`, officersAnswer);
    return companyRecord(company, officers ?? none);
  }

  private async ask<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S> | null> {
    if (!this.settings) throw new CompaniesHouseUnavailable('No key of Companies House is set.');
    await this.count();
    const { apiKey, apiUrl } = this.settings;
    const response = await this.fetched(`${apiUrl ?? liveUrl}${path}`, apiKey);
    if (response.status === 404) {
      await response.body?.cancel();
      return null;
    }
    if (response.status === 429) throw new CompaniesHouseBusy(this.againAt(response.headers));
    if (!response.ok) throw new CompaniesHouseUnavailable(`Companies House answered ${response.status}.`);
    const read = schema.safeParse(await jsonOf(response));
    if (!read.success) {
      const [issue] = read.error.issues;
      throw new CompaniesHouseUnavailable(`Companies House answered in another form: ${issue?.path.join('.')}.`);
    }
    return read.data;
  }

  private async fetched(url: string, apiKey: string): Promise<Response> {
    try {
      return await fetch(url, {
        headers: {
          accept: 'application/json',
          authorization: `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}`,
        },
        // It answers where it is asked: a redirect would carry the key elsewhere.
        redirect: 'error',
        signal: AbortSignal.timeout(patience),
      });
    } catch (error) {
      throw new CompaniesHouseUnavailable(`Companies House did not answer: ${(error as Error).name}.`);
    }
  }

  private async count(): Promise<void> {
    try {
      await this.limits.count('companies-house', 'key');
    } catch (error) {
      if (!(error instanceof AskedTooOften)) throw error;
      throw new CompaniesHouseBusy(new Date(this.clock.now().getTime() + error.retryAfter * 1000));
    }
  }

  /** `Retry-After` in seconds, or the register's own header with the second at which it counts anew. */
  private againAt(headers: Headers): Date {
    const now = this.clock.now().getTime();
    const after = Number(headers.get('retry-after') ?? NaN);
    const reset = Number(headers.get('x-ratelimit-reset') ?? NaN) - now / 1000;
    const wait = [after, reset].find((seconds) => Number.isFinite(seconds) && seconds > 0) ?? aPause;
    return new Date(now + Math.min(wait, 3600) * 1000);
  }
}

/** @throws CompaniesHouseUnavailable for what is no JSON, too long, or breaks off */
async function jsonOf(response: Response): Promise<unknown> {
  try {
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of response.body ?? []) {
      length += (part as Uint8Array).length;
      if (length > mostBytes) throw new RangeError('too long');
      parts.push(part as Uint8Array);
    }
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch (error) {
    throw new CompaniesHouseUnavailable(`Companies House answered what cannot be read: ${(error as Error).name}.`);
  }
}
