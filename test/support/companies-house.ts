import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A company as the stand-in has it; what is left out is as of a sound one. */
export interface StandInCompany {
  company_name: string;
  company_status?: string;
  date_of_creation?: string;
  has_insolvency_history?: boolean;
  officers?: { name: string; officer_role: string; appointed_on?: string; resigned_on?: string }[];
}

/** How the next answers go wrong. */
export type Fault =
  | { status: number; headers?: Record<string, string>; body?: string }
  | 'silent' // says nothing until it is closed
  | 'hang-up';

/** Companies House on this machine: as strict as the real one about key, paths and form. */
export class CompaniesHouseStandIn {
  readonly asked: string[] = [];
  private readonly companies = new Map<string, StandInCompany>();
  private readonly faults: Fault[] = [];
  private readonly server = createServer((request, response) => this.answer(request, response));

  constructor(readonly apiKey = 'key-of-the-stand-in') {}

  static async start(): Promise<CompaniesHouseStandIn> {
    const standIn = new CompaniesHouseStandIn();
    await new Promise<void>((done) => standIn.server.listen(0, '127.0.0.1', done));
    return standIn;
  }

  /** Settings that lead here. */
  get env(): Record<string, string> {
    return { COMPANIES_HOUSE_API_KEY: this.apiKey, COMPANIES_HOUSE_URL: this.url };
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  add(number: string, company: StandInCompany): void {
    this.companies.set(number, company);
  }

  /** The next requests are answered so, one after the other. */
  fail(...faults: Fault[]): void {
    this.faults.push(...faults);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((done) => this.server.close(() => done()));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    this.asked.push(`${request.method} ${url.pathname}${url.search}`);
    const say = (status: number, body: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    const fault = this.faults.shift();
    if (fault === 'silent') return;
    if (fault === 'hang-up') return void request.socket.destroy();
    if (fault) return say(fault.status, fault.body ?? '', fault.headers);

    const expected = `Basic ${Buffer.from(`${this.apiKey}:`).toString('base64')}`;
    if (request.headers.authorization !== expected) return say(401, { error: 'Invalid Authorization' });
    const [, number, officers] = /^\/company\/([A-Z\d]{8})(\/officers)?$/.exec(url.pathname) ?? [];
    if (request.method !== 'GET' || !number) return say(404, { errors: [{ error: 'page-not-found' }] });
    const unknown = [...url.searchParams.keys()].filter((name) => !officers || name !== 'items_per_page');
    if (unknown.length > 0) return say(400, { errors: [{ error: `unknown-parameter-${unknown[0]}` }] });
    const company = this.companies.get(number);
    const missing = officers ? 'company-officers-not-found' : 'company-profile-not-found';
    if (!company || (officers && !company.officers))
      return say(404, { errors: [{ error: missing, type: 'ch:service' }] });
    say(200, officers ? officersOf(company) : profileOf(number, company));
  }
}

function profileOf(number: string, { officers: _, ...company }: StandInCompany) {
  return {
    company_number: number,
    company_status: 'active',
    type: 'ltd',
    jurisdiction: 'england-wales',
    date_of_creation: '2012-05-01',
    has_insolvency_history: false,
    accounts: { overdue: false, next_due: '2027-01-31' },
    confirmation_statement: { overdue: false },
    links: { self: `/company/${number}` },
    ...company,
  };
}

function officersOf({ officers = [] }: StandInCompany) {
  return { total_results: officers.length, items_per_page: 100, start_index: 0, kind: 'officer-list', items: officers };
}
