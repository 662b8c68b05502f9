import { CardKeys } from '@carers/cards';
import { verifyCredentialSync } from '@carers/credentials';
import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';

/** What a stranger's phone is told of a card. */
export type CardLook = 'valid' | 'not_valid' | 'training' | 'unreadable';

/** Looks at a card for somebody who is no till: says whether it is valid, and keeps nothing. */
@Injectable()
export class CardChecks {
  constructor(
    private readonly database: Database,
    private readonly keys: CardKeys,
    private readonly clock: Clock,
  ) {}

  /** Never throws for any text. */
  async look(token: string): Promise<CardLook> {
    const check = verifyCredentialSync(token, await this.keys.verifying(), { now: this.clock.now() });
    if (!check.ok) return 'claims' in check ? 'not_valid' : 'unreadable';
    const [card] = await this.database.query<{ kind: string; works: boolean }>(
      `SELECT card.kind,
              card.status = 'active' AND credential.status = 'active'
                AND $2::date BETWEEN card.valid_from AND card.valid_until AS works
         FROM credential JOIN card ON card.id = credential.card_id
        WHERE credential.id = $1`,
      [check.claims.credentialId, this.clock.today()],
    );
    if (!card?.works) return 'not_valid';
    return card.kind === 'test' ? 'training' : 'valid';
  }
}
