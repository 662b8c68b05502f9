import { Accounts, readEmail, readMobile } from '@carers/access';
import { type Actor, Audit } from '@carers/audit';
import { Cardholder } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Application, type DeclineReason } from './application.entity.js';
import { ApplicationMail } from './application-mail.js';
import { ApplicationNotFound, NotAMatch, OwnApplication } from './applications.problems.js';
import { Issuing } from './issuing.js';
import { type Match, Matches, surelyKnown } from './matches.js';

/**
 * What becomes of an application. Each decision locks its row, so of two people who decide at the same moment the
 * second is told that it was decided; saves everything or nothing; and is in the audit trail.
 */
@Injectable()
export class Decisions {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly issuing: Issuing,
    private readonly mail: ApplicationMail,
    private readonly matches: Matches,
    private readonly scheme: SchemeService,
    private readonly audit: Audit,
    private readonly accounts: Accounts,
  ) {}

  /** Issues the card and all that goes with it. @throws ApplicationNotFound, ApplicationHasMovedOn, OwnApplication */
  async approve(id: string, actor: Actor): Promise<void> {
    await this.change(id, 'approved', actor, async (tx, application) => {
      await this.mustBeAnothers(tx, application, actor);
      application.approve(actor.id, this.clock.now());
      await this.issuing.issue(tx, application, actor, await this.knownAs(tx, application));
    });
  }

  /**
   * The same for somebody whom only the carers service knows so far: their record gets the card, and keeps its history.
   * @throws ApplicationNotFound, ApplicationHasMovedOn, OwnApplication, NotAMatch
   */
  async approveAs(id: string, personId: string, actor: Actor): Promise<void> {
    await this.change(
      id,
      'approved',
      actor,
      async (tx, application) => {
        await this.mustBeAnothers(tx, application, actor);
        await this.mustMatch(tx, application, personId, false);
        application.approve(actor.id, this.clock.now());
        await this.issuing.issue(tx, application, actor, personId);
      },
      null,
      { knownAs: personId },
    );
  }

  /** Asks the applicant a question, with a link to reply by. @throws ApplicationNotFound, ApplicationHasMovedOn */
  async ask(id: string, question: string, actor: Actor): Promise<void> {
    await this.change(id, 'more-asked', actor, async (tx, application) => {
      application.ask(question, this.clock.now());
      await this.mail.moreNeeded(tx, application);
    });
  }

  /** The applicant's reply. @throws ApplicationNotFound, ApplicationHasMovedOn */
  async reply(id: string, words: string): Promise<void> {
    await this.change(id, 'replied', { kind: 'applicant', id }, (_, application) => {
      application.takeReply(words, this.clock.now());
    });
  }

  /** @throws ApplicationNotFound, ApplicationHasMovedOn, OwnApplication */
  async decline(id: string, reason: DeclineReason, words: string, actor: Actor): Promise<void> {
    await this.change(
      id,
      'declined',
      actor,
      async (tx, application) => {
        await this.mustBeAnothers(tx, application, actor);
        application.decline(actor.id, reason, words, this.clock.now(), await this.retentionEnd());
        await this.mail.declined(tx, application);
      },
      reason,
    );
  }

  /** The applicant, or staff for them, takes it back. @throws ApplicationNotFound, ApplicationHasMovedOn */
  async withdraw(id: string, actor: Actor): Promise<void> {
    await this.change(id, 'withdrawn', actor, async (_, application) => {
      application.withdraw(actor.id, this.clock.now(), await this.retentionEnd());
    });
  }

  /** The applicant asks that another person decides. @throws ApplicationNotFound, NoAppealOpen */
  async appeal(id: string, words: string): Promise<void> {
    await this.change(id, 'appealed', { kind: 'applicant', id }, (_, application) => {
      application.appeal(words, this.clock.now());
    });
  }

  /** The appeal is right: the card is issued. @throws ApplicationNotFound, NoAppealOpen, AppealNeedsAnother, OwnApplication */
  async overturn(id: string, actor: Actor, reason: string): Promise<void> {
    await this.change(
      id,
      'appeal-allowed',
      actor,
      async (tx, application) => {
        await this.mustBeAnothers(tx, application, actor);
        application.overturn(actor.id, this.clock.now());
        await this.issuing.issue(tx, application, actor, await this.knownAs(tx, application));
      },
      reason,
    );
  }

  /** The decision stands. @throws ApplicationNotFound, NoAppealOpen, AppealNeedsAnother, OwnApplication */
  async uphold(id: string, actor: Actor, reason: string): Promise<void> {
    await this.change(
      id,
      'appeal-refused',
      actor,
      async (tx, application) => {
        await this.mustBeAnothers(tx, application, actor);
        application.uphold(actor.id, this.clock.now());
        await this.mail.appealRefused(tx, application);
      },
      reason,
    );
  }

  /** A likely match is somebody else. @throws ApplicationNotFound */
  async dismissMatch(id: string, matchId: string, actor: Actor): Promise<void> {
    await this.change(
      id,
      'match-dismissed',
      actor,
      (_, application) => {
        application.dismissedMatches = [...new Set([...application.dismissedMatches, matchId])];
        application.changedAt = this.clock.now();
      },
      null,
      { matchId },
    );
  }

  /**
   * The applicant holds a card already: this application is closed, and the card they have is sent once more to the
   * contact in the registry.
   * @throws ApplicationNotFound, ApplicationHasMovedOn, NotAMatch
   */
  async closeAsKnown(id: string, cardholderId: string, actor: Actor): Promise<void> {
    await this.change(
      id,
      'closed-as-known',
      actor,
      async (tx, application) => {
        await this.mustMatch(tx, application, cardholderId, true);
        application.withdraw(actor.id, this.clock.now(), await this.retentionEnd());
        await this.mail.cardAgain(tx, await tx.findOneByOrFail(Cardholder, { id: cardholderId }));
      },
      null,
      { cardholderId },
    );
  }

  /** Somebody without a card who is the applicant beyond doubt: approving gives the card to that record. */
  private async knownAs(tx: Tx, application: Application): Promise<string | null> {
    return surelyKnown(await this.matches.of(application, tx))?.id ?? null;
  }

  private async mustMatch(tx: Tx, application: Application, personId: string, hasCard: boolean): Promise<void> {
    const matches = await this.matches.of(application, tx);
    const isOne = (match: Match) => match.kind === 'cardholder' && match.id === personId && match.hasCard === hasCard;
    if (!matches.some(isOne)) throw new NotAMatch();
  }

  /** Nobody decides on the application that was made with the contact they sign in by. */
  private async mustBeAnothers(tx: Tx, { answers }: Application, actor: Actor): Promise<void> {
    const { email, mobile } = answers.contact ?? {};
    for (const contact of [email && readEmail(email), mobile && readMobile(mobile)]) {
      if (contact && (await this.accounts.idByContact(tx, contact)) === actor.id) throw new OwnApplication();
    }
  }

  private async change(
    id: string,
    fact: string,
    actor: Actor,
    work: (tx: Tx, application: Application) => Promise<void> | void,
    reason: string | null = null,
    details: Record<string, unknown> = {},
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await tx.findOne(Application, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!application) throw new ApplicationNotFound();
      await work(tx, application);
      await tx.save(application);
      const subject = { kind: 'application', id };
      await this.audit.record(tx, { action: `application.${fact}`, subject, actor, reason, details });
    });
  }

  private async retentionEnd(): Promise<Date> {
    const { retention } = await this.scheme.policyOn();
    return new Date(this.clock.now().getTime() + retention.declinedApplications * 86_400_000);
  }
}
