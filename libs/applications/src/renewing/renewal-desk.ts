import type { Actor } from '@carers/audit';
import { type Held, renewableFrom } from '@carers/cards';
import { Clock } from '@carers/kernel';
import { errorsOf, page, type PageModel, redirect } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { lookedAfterKinds } from '../answers.js';
import { ApplicationLinks } from '../application-links.js';
import { Intake } from '../intake.js';
import { shownReference } from '../reference.js';
import { answersOf, formOf, readRenewal, RenewalForm } from './renewal.form.js';
import { Renewals } from './renewals.js';

/** By which door somebody came to the form. */
export interface Door {
  /** Address of the card's page; that of the form is `<base>/renew`. */
  base: string;
  /** By a link, which opens the card and nothing else: no address is shown. */
  byLink: boolean;
  actor: Actor;
}

/** The renewal of one card as its holder sees it: the form, or why there is none, or what became of it. */
@Injectable()
export class RenewalDesk {
  constructor(
    private readonly renewals: Renewals,
    private readonly intake: Intake,
    private readonly scheme: SchemeService,
    private readonly links: ApplicationLinks,
    private readonly clock: Clock,
  ) {}

  async show(held: Held, door: Door, shown: PageModel = {}) {
    const { cardholder, card } = held;
    const today = this.clock.today();
    const state = card.stateOn(today);
    const { open, declined } = await this.renewals.stateOf(card);
    const { policy } = await this.intake.context();
    const opensOn = renewableFrom(card, policy);
    const view =
      state === 'revoked' || state === 'suspended'
        ? 'stopped'
        : open
          ? 'waiting'
          : declined
            ? 'declined'
            : today < opensOn
              ? 'early'
              : 'form';
    const about = open ?? declined;
    const { brand } = await this.scheme.current();
    return page(view === 'form' ? 'applications/renewing/form' : 'applications/renewing/standing', {
      form: formOf(cardholder),
      ...shown,
      view,
      base: door.base,
      card: { id: card.id, until: card.validUntil, number: card.number },
      time: state === 'expired' ? 'ended' : 'until',
      name: card.printedName,
      opensOn,
      // A link is shown around; an account is not.
      address: door.byLink ? null : [...(cardholder.address?.split('\n') ?? []), cardholder.postcode].join(', '),
      channel: cardholder.contactChannel,
      lookedAfterKinds,
      caresForSomeoneHere: policy.eligibility.caresForSomeoneHere,
      brand: brand.name,
      reference: about && shownReference(about.reference),
      asked: open?.state === 'more_information',
      more: about && this.links.urlFor(about.id),
    });
  }

  async ask(held: Held, door: Door, body: unknown) {
    const read = await readRenewal(RenewalForm, body);
    if (read.errors) return this.show(held, door, read);
    const { policy } = await this.intake.context();
    const here = `${door.base}/renew`;
    try {
      const said = await answersOf(read.value, this.intake, policy.eligibility.caresForSomeoneHere);
      const application = await this.renewals.ask(
        {
          cardholderId: held.cardholder.id,
          card: { id: read.value.card, validUntil: read.value.until },
          source: 'web',
          byLink: door.byLink,
          actor: door.actor,
        },
        said,
      );
      // Sent twice, or from a second window: the page says how things are now.
      if (application?.state !== 'approved') return redirect(here);
      return redirect(here, 303, { notice: 'applications:renew.done' });
    } catch (problem) {
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      return this.show(held, door, { form: read.form, errors });
    }
  }
}
