import { type Actor, Audit } from '@carers/audit';
import { Branch } from '@carers/businesses';
import { Database } from '@carers/database';
import { type FieldError, InvalidInput } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';

/** A place with what the chain calls it in its own files. */
export interface NumberedStore {
  branchId: string;
  name: string;
  town: string | null;
  /** Empty where it is not told. */
  reference: string;
}

const longest = 60;

/** What a chain calls its places in its own files. */
@Injectable()
export class StoreNumbers {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /** Open places by name. @param through the transaction at hand, where there is one */
  async of(businessId: string, through: EntityManager = this.database.reader): Promise<NumberedStore[]> {
    const branches = await through.find(Branch, {
      where: { businessId, closedAt: IsNull() },
      order: { name: 'ASC', id: 'ASC' },
    });
    const told = await through.query<{ branchId: string; reference: string }[]>(
      'SELECT branch_id AS "branchId", reference FROM branch_reference WHERE business_id = $1',
      [businessId],
    );
    const references = new Map(told.map(({ branchId, reference }) => [branchId, reference]));
    return branches.map(({ id, name, town }) => ({ branchId: id, name, town, reference: references.get(id) ?? '' }));
  }

  /**
   * Sets the numbers of the places named in `typed`, by branch; an empty one is taken away. Places not named stay.
   * @throws InvalidInput for one that is too long, or that two places share
   */
  async set(businessId: string, typed: ReadonlyMap<string, string>, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('settlement ' || $1, 0))`, [businessId]);
      const stores = (await this.of(businessId, tx)).map((store) => ({
        ...store,
        reference: (typed.get(store.branchId) ?? store.reference).replace(/\s+/g, ' ').trim(),
      }));
      const errors = stores.flatMap(({ branchId, reference }): FieldError[] => {
        const field = storeField(branchId);
        if (reference.length > longest) return [{ field, message: 'pages:errors.too-long', params: { max: longest } }];
        const twice = reference && stores.filter((other) => other.reference === reference).length > 1;
        return twice ? [{ field, message: 'chains:errors.store-twice' }] : [];
      });
      if (errors.length > 0) throw new InvalidInput(errors);
      const numbered = stores.filter(({ reference }) => reference);
      await tx.query('DELETE FROM branch_reference WHERE business_id = $1', [businessId]);
      await tx.query(
        `INSERT INTO branch_reference (business_id, reference, branch_id)
         SELECT $1, reference, branch_id FROM unnest($2::text[], $3::uuid[]) AS told (reference, branch_id)`,
        [businessId, numbered.map(({ reference }) => reference), numbered.map(({ branchId }) => branchId)],
      );
      await this.audit.record(tx, {
        action: 'business.store-numbers-set',
        subject: { kind: 'business', id: businessId },
        actor,
        details: { stores: numbered.length },
      });
    });
  }
}

/** The name of a place's box in a form. */
export function storeField(branchId: string): string {
  return `store-${branchId}`;
}
