import type { Role, Scope } from '@carers/access';
import { keyedHash, sealing, type Tx } from '@carers/database';
import { demoActor } from './demo-marks.js';
import type { DemoPast } from './demo-past.js';
import { columns, insertColumns } from './scale/insert-columns.js';

/** How somebody of the past signs in; normalised. At least one of the two. */
interface PastPerson {
  name: string;
  email: string | null;
  mobile: string | null;
}

/** Accounts opened in the past, many at once: what `Accounts.ensure` and `grant` would have written then. */
export class PastAccounts {
  private readonly accounts = columns(
    'id',
    'email',
    'email_hash',
    'mobile',
    'mobile_hash',
    'name',
    'locale',
    'created_at',
  );
  private readonly held = columns('id', 'account_id', 'role', 'scope_kind', 'scope_id', 'granted_at');

  private constructor(
    private readonly past: DemoPast,
    private readonly known: Map<string, string>,
  ) {}

  /** Looks up who has an account already: a contact belongs to one account. */
  static async open(tx: Tx, past: DemoPast): Promise<PastAccounts> {
    const rows = await tx.query<{ id: string; hash: string }[]>(
      `SELECT id, email_hash AS hash FROM account WHERE email_hash IS NOT NULL
       UNION ALL SELECT id, mobile_hash FROM account WHERE mobile_hash IS NOT NULL`,
    );
    return new PastAccounts(past, new Map(rows.map(({ id, hash }) => [hash, id])));
  }

  /** Gives somebody an account, where they have none, and a role. @returns the account's id */
  add(at: Date, person: PastPerson, role: Role, scope: Scope | null = null): string {
    const { past, known } = this;
    const emailHash = person.email && keyedHash(person.email, 'email');
    const mobileHash = person.mobile && keyedHash(person.mobile, 'mobile');
    let id = known.get(emailHash ?? mobileHash!);
    if (!id) {
      id = past.id(at);
      // One contact to an account, as `Accounts.ensure` has it.
      const mobile = emailHash ? null : person.mobile;
      this.accounts.add(
        id,
        person.email && sealing().seal(person.email, 'email'),
        emailHash,
        mobile && sealing().seal(mobile, 'mobile'),
        mobile && mobileHash,
        sealing().seal(person.name, 'name'),
        'en-GB',
        at,
      );
      for (const hash of [emailHash, mobile && mobileHash]) if (hash) known.set(hash, id);
      past.note(at, 'account.opened', 'account', id, demoActor);
    }
    this.held.add(past.id(at), id, role, scope?.kind, scope?.id, at);
    past.note(at, 'account.role-granted', 'account', id, demoActor, { details: { role, ...(scope && { scope }) } });
    return id;
  }

  async write(tx: Tx): Promise<void> {
    await insertColumns(tx, 'account', this.accounts);
    await insertColumns(tx, 'account_role', this.held, 'ON CONFLICT DO NOTHING');
  }
}
