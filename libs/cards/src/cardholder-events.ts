import type { Actor } from '@carers/audit';
import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import type { ContactDetails } from './cardholders.js';

/** Contact details were put right. */
export interface DetailsCorrected {
  cardholderId: string;
  /** Which details are new. */
  changed: (keyof ContactDetails)[];
  regionBefore: string;
  /** The region of the new address; null where it lies outside the territory (they keep the region they had). */
  region: string | null;
  actor: Actor;
}

/** Somebody gave back their card: from this moment no card of theirs works. */
export interface CardGivenBack {
  cardholderId: string;
  actor: Actor;
}

/** A printed or plastic card was put in the post. */
export interface CardPosted {
  cardholderId: string;
  cardId: string;
  actor: Actor;
}

interface Facts {
  corrected: DetailsCorrected;
  'card-given-back': CardGivenBack;
  'card-posted': CardPosted;
}

type Listener<Fact extends keyof Facts> = (tx: Tx, fact: Facts[Fact]) => Promise<void>;

/** Lets libs above change their own rows in the transaction in which something happened to a cardholder. */
@Injectable()
export class CardholderEvents {
  private readonly listeners: { [Fact in keyof Facts]: Listener<Fact>[] } = {
    corrected: [],
    'card-given-back': [],
    'card-posted': [],
  };

  on<Fact extends keyof Facts>(fact: Fact, listener: Listener<Fact>): void {
    this.listeners[fact].push(listener);
  }

  async announce<Fact extends keyof Facts>(tx: Tx, fact: Fact, what: Facts[Fact]): Promise<void> {
    for (const listener of this.listeners[fact]) await listener(tx, what);
  }
}
