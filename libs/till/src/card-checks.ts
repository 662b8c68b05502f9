import { CardCodes, CardKeys, type CredentialMedium } from '@carers/cards';
import { isFreshCode, readCardText, verifyCredentialSync } from '@carers/credentials';
import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';

/** What a stranger's phone is told of a card. */
export type CardLook = 'valid' | 'not_valid' | 'old_picture' | 'training' | 'unreadable';

/** Looks at a card for somebody who is no till: says whether it is valid, and keeps nothing. */
@Injectable()
export class CardChecks {
  constructor(
    private readonly database: Database,
    private readonly keys: CardKeys,
    private readonly codes: CardCodes,
    private readonly clock: Clock,
  ) {}

  /**
   * Never throws for any text.
   * @param text the token, with the rotating code behind it on a phone: an old one is a picture of a card, not a card
   */
  async look(text: string): Promise<CardLook> {
    const now = this.clock.now();
    const check = verifyCredentialSync(text, await this.keys.verifying(), { now });
    if (!check.ok) return 'claims' in check ? 'not_valid' : 'unreadable';
    // Those that shops print for practising stand in no registry.
    if (check.claims.kind === 'test') return 'training';
    const [card] = await this.database.query<{ medium: CredentialMedium; works: boolean }>(
      `SELECT credential.medium,
              card.status = 'active' AND credential.status = 'active'
                AND $2::date BETWEEN card.valid_from AND card.valid_until AS works
         FROM credential JOIN card ON card.id = credential.card_id
        WHERE credential.id = $1`,
      [check.claims.credentialId, this.clock.today()],
    );
    if (!card?.works) return 'not_valid';
    if (card.medium !== 'phone') return 'valid';
    const code = readCardText(text)?.code ?? '';
    return isFreshCode(this.codes.secretFor(check.claims.credentialId), code, now) ? 'valid' : 'old_picture';
  }
}
