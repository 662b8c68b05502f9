import { Audit } from '@carers/audit';
import { Businesses } from '@carers/businesses';
import { Database, type Tx } from '@carers/database';
import { HandlesJob, JobName, Jobs } from '@carers/jobs';
import { addMonths, Clock, Ids } from '@carers/kernel';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CaseEvents } from '../cases/case-events.js';
import { VettingCase } from '../cases/vetting-case.entity.js';
import { VettingCheck } from '../checks/vetting-check.entity.js';
import { checkOf, type Programme } from '../programmes/programme.js';
import { Programmes } from '../programmes/programmes.js';
import { CompaniesHouse, CompaniesHouseBusy } from './companies-house.js';
import { CompanyFindingRow } from './company-finding.entity.js';
import { companyFinding } from './company-finding.js';
import { type CompanyNumber, companyNumber } from './company-number.js';

export const lookUpCompany = new JobName<{ checkId: string }>('vetting.look-up-company', { retries: 8 });

/** Six months of trading is what the scheme this is modelled on asks for. */
const youngMonths = 6;

/** What the register said about the company of a check. */
@Injectable()
export class CompanyFindings {
  constructor(private readonly database: Database) {}

  /** The looks at the register for a check, newest first. */
  async of(checkId: string): Promise<CompanyFindingRow[]> {
    const order = { lookedOn: 'DESC', createdAt: 'DESC' } as const;
    return this.database.reader.find(CompanyFindingRow, { where: { checkId }, order, take: 20 });
  }
}

/** Asks for a look at the register as soon as a business has given a company number; the request does not wait for it. */
@Injectable()
export class CompanyNumberListener implements OnModuleInit {
  constructor(
    private readonly events: CaseEvents,
    private readonly programmes: Programmes,
    private readonly register: CompaniesHouse,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.events.on('check_changed', async (tx, { case: changed, check }) => {
      if (!this.register.available || (check.state !== 'answered' && !check.renewing)) return;
      const number = numberIn(await this.programmes.version(changed.programmeId), check);
      if (number) await this.ask(tx, check.id, number);
    });
  }

  /** Once a day and number, however often the answer is saved. */
  private async ask(tx: Tx, checkId: string, number: CompanyNumber): Promise<void> {
    await this.jobs.enqueue(tx, lookUpCompany, { checkId }, { once: `${checkId}:${number}:${this.clock.today()}` });
  }
}

/** Looks the company of a check up, and keeps what was found with its date. */
@Injectable()
@HandlesJob(lookUpCompany)
export class LookUpCompany {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly jobs: Jobs,
    private readonly programmes: Programmes,
    private readonly businesses: Businesses,
    private readonly register: CompaniesHouse,
  ) {}

  async handle({ checkId }: { checkId: string }): Promise<void> {
    const check = await this.database.reader.findOneBy(VettingCheck, { id: checkId });
    const looked = check && (await this.database.reader.findOneBy(VettingCase, { id: check.caseId }));
    const number = looked && numberIn(await this.programmes.version(looked.programmeId), check);
    if (!number || !this.register.available) return;
    const lookedOn = this.clock.today();
    if (await this.database.reader.existsBy(CompanyFindingRow, { checkId, number, lookedOn })) return;
    const { name } = await this.businesses.get(looked.businessId);
    try {
      const record = await this.register.find(number);
      const finding = companyFinding(number, record, name, lookedOn, addMonths(lookedOn, -youngMonths));
      await this.keep(checkId, looked.id, finding);
    } catch (error) {
      if (!(error instanceof CompaniesHouseBusy)) throw error;
      // A limit is no failure: it does not use up the tries.
      await this.jobs.enqueueAlone(lookUpCompany, { checkId }, { startAfter: error.until });
    }
  }

  private async keep(checkId: string, caseId: string, finding: ReturnType<typeof companyFinding>): Promise<void> {
    await this.database.transaction(async (tx) => {
      const row = tx.create(CompanyFindingRow, {
        id: this.ids.next(),
        checkId,
        ...finding,
        createdAt: this.clock.now(),
      });
      await tx
        .createQueryBuilder()
        .insert()
        .into(CompanyFindingRow)
        .values(row)
        .orIgnore()
        .updateEntity(false)
        .execute();
      // The same look of another worker was quicker.
      if (!(await tx.existsBy(CompanyFindingRow, { id: row.id }))) return;
      await this.audit.record(tx, {
        action: 'vetting-check.company-looked-up',
        subject: { kind: 'vetting_case', id: caseId },
        actor: { kind: 'system', id: lookUpCompany.queue },
        details: { number: finding.number, found: finding.record !== null, concerns: finding.concerns },
      });
    });
  }
}

/** The company number that a business gave in a check; null where it asks for none, or got none. */
function numberIn(programme: Programme, check: VettingCheck): CompanyNumber | null {
  const question = checkOf(programme, check.key)?.asks.find(({ format }) => format === 'company_number');
  const given = question && check.answer?.[question.key];
  return typeof given === 'string' ? companyNumber(given) : null;
}
