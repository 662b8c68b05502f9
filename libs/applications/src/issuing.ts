import { Accounts } from '@carers/access';
import type { Actor } from '@carers/audit';
import { Cards, type NewCardholder } from '@carers/cards';
import type { Tx } from '@carers/database';
import { Registrations } from '@carers/information-service';
import { Clock } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { caringRoles, hoursOfCaring, regionOf } from './answers.js';
import type { Application } from './application.entity.js';
import { ApplicationMail } from './application-mail.js';
import { Renewing } from './renewing/renewing.js';

/** What an approval brings about, all of it in the transaction of the approval. */
@Injectable()
export class Issuing {
  constructor(
    private readonly cards: Cards,
    private readonly accounts: Accounts,
    private readonly registrations: Registrations,
    private readonly mail: ApplicationMail,
    private readonly scheme: SchemeService,
    private readonly clock: Clock,
    private readonly renewing: Renewing,
  ) {}

  /**
   * For a renewal, more time for the card. For a first card an account where there is a contact to sign in by, the card, the registration with the carers service with every
   * consent as it was answered, and the message. Notes the card in the application, which the caller saves.
   * @param knownAs the record of somebody without a card who is the applicant: it gets the card
   */
  async issue(tx: Tx, application: Application, actor: Actor, knownAs: string | null = null): Promise<void> {
    if (application.kind === 'renewal') return this.renewing.renew(tx, application, actor);
    const { answers, locale, source, referrerCode } = application;
    const { first, last } = answers.name!;
    const { email, mobile, channel } = answers.contact!;
    const address = answers.address!;
    const today = this.clock.today();

    let accountId: string | null = null;
    if (email || mobile) {
      accountId = await this.accounts.ensure(tx, { email, mobile, name: `${first} ${last}`, locale }, actor);
      await this.accounts.grant(tx, accountId, 'carer', null, actor);
    }
    const person: NewCardholder = {
      firstName: first,
      lastName: last,
      birthDate: answers.birthDate!,
      email,
      mobile,
      contactChannel: channel,
      address: address.lines.join('\n'),
      postcode: address.postcode,
      regionId: regionOf(answers)!,
      caringRoles: caringRoles(answers, await this.scheme.policyOn(today), today),
      hoursOfCaring: hoursOfCaring(answers),
      locale,
      accountId,
    };
    const { cardholder, card } = knownAs
      ? await this.cards.issueFirst(tx, knownAs, person, actor)
      : await this.cards.issue(tx, person, actor);
    const given = Object.values(answers.consents ?? {});
    await this.registrations.registerKnown(tx, {
      cardholder,
      source: referrerCode
        ? { kind: 'referrer', code: referrerCode }
        : { kind: source === 'web' ? 'application' : source, code: null },
      consents: given.flatMap((each) => each.answers),
      ...(given[0] && { wordingVersion: given[0].version }),
      ...(answers.agreement && {
        decidedBy: {
          capacity: answers.agreement.relation,
          name: answers.agreement.name,
          contact: answers.agreement.contact,
        },
      }),
      how: answers.paper?.how ?? source,
      // The consents are the applicant's own, whoever decided on the card.
      actor: { kind: 'applicant', id: application.id },
    });
    application.cardholderId = cardholder.id;
    application.cardId = card.id;
    await this.mail.cardIssued(tx, application);
  }
}
