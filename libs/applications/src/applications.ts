import { type Contact, Limits } from '@carers/access';
import { type Actor, Audit } from '@carers/audit';
import { constraintOf, Database, keyedHash, type Tx } from '@carers/database';
import { ageOn, Chance, Clock, Ids } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { type Answers, regionOf } from './answers.js';
import { Application, type ApplicationSource, type WaitReason } from './application.entity.js';
import { ApplicationMail } from './application-mail.js';
import type { ApplicationInput } from './application-input.js';
import { ApplicationHasMovedOn, ApplicationNotFound, KeyUsedForAnother } from './applications.problems.js';
import { Intake } from './intake.js';
import { Issuing } from './issuing.js';
import { Matches, searchable, surelyKnown } from './matches.js';
import { newReference } from './reference.js';
import { firstOpen, type StepContext } from './steps.js';

const dayInMs = 86_400_000;
const rule: Actor = { kind: 'system', id: 'automatic-approval' };

/** How applications come in: question by question on the web, or in one piece by API or paper. */
@Injectable()
export class Applications {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly chance: Chance,
    private readonly intake: Intake,
    private readonly matches: Matches,
    private readonly issuing: Issuing,
    private readonly mail: ApplicationMail,
    private readonly audit: Audit,
    private readonly limits: Limits,
    private readonly settings: Settings,
  ) {}

  /** Begins a draft. It is deleted after the time that the scheme's policy says, counted from the last answer. */
  async begin(about: { referrerCode: string | null; locale: string }): Promise<Application> {
    const context = await this.intake.context(about.locale);
    return this.database.transaction((tx) => this.open(tx, { ...about, source: 'web', answers: {} }, context));
  }

  /** Adds answers to a draft. @throws ApplicationNotFound, ApplicationHasMovedOn when it was sent already */
  async answer(id: string, given: Partial<Answers>): Promise<Application> {
    const { policy } = await this.intake.context();
    return this.database.transaction(async (tx) => {
      const application = await this.locked(tx, id);
      if (application.state !== 'draft') throw new ApplicationHasMovedOn(application.state);
      application.answers = { ...application.answers, ...given };
      application.changedAt = this.clock.now();
      application.expiresAt = this.draftsEnd(policy.retention.draftApplications);
      return tx.save(application);
    });
  }

  /**
   * Sends a draft. Sent twice, it stays as it is after the first time. What the scheme's policy calls low risk is
   * approved at once, in the same transaction. Gives null when an answer is missing.
   * @throws ApplicationNotFound
   */
  async submit(id: string): Promise<Application | null> {
    return this.database.transaction(async (tx) => {
      const application = await this.locked(tx, id);
      if (application.state !== 'draft') return application;
      const context = await this.intake.context(application.locale);
      if (firstOpen(application.answers, context)) return null;
      await this.enter(tx, application, context, { kind: 'applicant', id });
      return application;
    });
  }

  /**
   * Takes an application in one piece. The same key with the same body again gives the application of the first time.
   * @throws InvalidInput, KeyUsedForAnother
   */
  async receive(
    input: ApplicationInput,
    by: { source: Exclude<ApplicationSource, 'web'>; actor?: Actor; paper?: Answers['paper']; key?: string | null },
  ): Promise<Application> {
    const once = by.key
      ? { idempotencyKeyHash: keyedHash(by.key, 'idempotency-key'), requestHash: hashOf(input) }
      : { idempotencyKeyHash: null, requestHash: null };
    const before = await this.receivedBefore(once);
    if (before) return before;
    const answers = { ...(await this.intake.answersOf(input)), ...(by.paper ? { paper: by.paper } : {}) };
    const context = await this.intake.context();
    try {
      return await this.database.transaction(async (tx) => {
        const { defaultLocale: locale } = this.settings;
        const row = { source: by.source, answers, referrerCode: input.referrerCode ?? null, locale, ...once };
        const application = await this.open(tx, row, context);
        await this.enter(tx, application, context, by.actor ?? { kind: 'applicant', id: application.id });
        return application;
      });
    } catch (error) {
      // The same request twice at the same moment: the other one won.
      if (constraintOf(error) !== 'uq_application__idempotency_key') throw error;
      return (await this.receivedBefore(once))!;
    }
  }

  /**
   * Sends the link that opens an application to a contact. Each application and each contact gets only a few.
   * @throws AskedTooOften
   */
  async sendLink(application: Application, to: Contact): Promise<void> {
    await this.limits.count('application-link', to.address);
    await this.limits.count('application-link', application.id);
    await this.database.transaction((tx) => this.mail.resume(tx, application, to));
  }

  private async receivedBefore(once: { idempotencyKeyHash: string | null; requestHash: string | null }) {
    if (!once.idempotencyKeyHash) return null;
    const { idempotencyKeyHash } = once;
    const before = await this.database.reader.findOneBy(Application, { idempotencyKeyHash });
    if (before && before.requestHash !== once.requestHash) throw new KeyUsedForAnother();
    return before;
  }

  private async open(
    tx: Tx,
    about: Pick<Application, 'source' | 'answers' | 'referrerCode' | 'locale'> & Partial<Application>,
    { policy }: StepContext,
  ): Promise<Application> {
    const now = this.clock.now();
    const application = tx.create(Application, {
      id: this.ids.next(),
      reference: newReference(this.chance),
      kind: 'first',
      state: 'draft',
      waitsFor: [],
      dismissedMatches: [],
      createdAt: now,
      changedAt: now,
      expiresAt: this.draftsEnd(policy.retention.draftApplications),
      ...about,
    });
    await tx.insert(Application, application);
    return application;
  }

  /** What sending is, by whichever door. */
  private async enter(tx: Tx, application: Application, context: StepContext, actor: Actor): Promise<void> {
    const now = this.clock.now();
    application.submit(now);
    Object.assign(application, searchable(application), { regionId: regionOf(application.answers) });
    // Two applications of one person at the same moment would not see each other: one waits for the other here.
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [application.birthDateHash]);
    await this.intake.keepWording(tx, application.locale);
    const matches = await this.matches.of(application, tx);
    const known = surelyKnown(matches);
    const doubtful = matches.filter((match) => match !== known).length;
    application.waitsFor = this.reasonsToWait(application, context, doubtful);
    const subject = { kind: 'application', id: application.id };
    const { source, regionId, waitsFor } = application;
    await this.audit.record(tx, {
      action: 'application.submitted',
      subject,
      actor,
      details: { source, regionId, waitsFor },
    });
    if (waitsFor.length === 0) {
      application.approve(rule.id, now);
      await this.issuing.issue(tx, application, rule, known?.id);
      await this.audit.record(tx, { action: 'application.approved', subject, actor: rule });
    } else {
      await this.mail.received(tx, application);
    }
    await tx.save(application);
  }

  /** Why a person has to look at it; none where the scheme approves it at once. */
  private reasonsToWait(application: Application, context: StepContext, matches: number): WaitReason[] {
    const { approval, proof } = context.policy;
    const reasons: WaitReason[] = [];
    if (!approval.automatic) reasons.push('policy');
    const drawn = this.chance.below(1_000_000) < proof.askedShare * 1_000_000;
    if (proof.method !== 'self-declaration' || drawn) reasons.push('proof');
    if (ageOn(application.answers.birthDate!, context.today) < approval.waitUnderAge) reasons.push('age');
    if (matches >= approval.waitFromDuplicates) reasons.push('duplicates');
    return reasons;
  }

  private async locked(tx: Tx, id: string): Promise<Application> {
    const application = await tx.findOne(Application, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!application) throw new ApplicationNotFound();
    return application;
  }

  private draftsEnd(days: number): Date {
    return new Date(this.clock.now().getTime() + days * dayInMs);
  }
}

/** Equal for equal input, whatever the order of its members was when it came: the schema has put them in order. */
function hashOf(input: ApplicationInput): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('hex');
}
