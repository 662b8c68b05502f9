import { BusinessEvents, type BusinessChange, Leads } from '@carers/businesses';
import { Audit } from '@carers/audit';
import { Cardholder, recipientOf } from '@carers/cards';
import type { Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Messages } from '@carers/messages';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Leaflet } from '../leaflets/leaflet.entity.js';
import { RecruitingLead } from '../leads/recruiting-lead.entity.js';
import { Recruitment } from './recruitment.entity.js';

interface Published {
  id: string;
  name: string;
  slug: string;
  code: string | null;
}

/**
 * What a published business owes to whom: the leaflet whose code it gave, the suggestion that it answers. It listens to
 * publication, so all of it commits with it or not at all; the business's row is locked, so it happens once.
 */
@Injectable()
export class Recruitments implements OnModuleInit {
  constructor(
    private readonly events: BusinessEvents,
    private readonly clock: Clock,
    private readonly messages: Messages,
    private readonly audit: Audit,
    private readonly leads: Leads,
  ) {}

  onModuleInit(): void {
    this.events.on('published', (tx, change) => this.published(tx, change));
  }

  /** Notes what brought a business; what is known already stays. */
  async note(
    tx: Tx,
    businessId: string,
    by: { leafletId?: string | null; leadId?: string | null },
  ): Promise<Recruitment> {
    await tx.query(
      `INSERT INTO recruitment (business_id, leaflet_id, lead_id, published_on) VALUES ($1, $2, $3, $4)
       ON CONFLICT (business_id) DO UPDATE SET leaflet_id = coalesce(recruitment.leaflet_id, excluded.leaflet_id),
         lead_id = coalesce(recruitment.lead_id, excluded.lead_id)`,
      [businessId, by.leafletId ?? null, by.leadId ?? null, this.clock.today()],
    );
    return tx.findOneByOrFail(Recruitment, { businessId });
  }

  /** A lead was another business after all. */
  async forgetLead(tx: Tx, leadId: string): Promise<void> {
    await tx.update(Recruitment, { leadId }, { leadId: null });
    await tx.query('DELETE FROM recruitment WHERE leaflet_id IS NULL AND lead_id IS NULL');
  }

  private async published(tx: Tx, { businessId }: BusinessChange): Promise<void> {
    const [business] = await tx.query<Published[]>(
      'SELECT id, name, slug, recruited_by_code AS code FROM business WHERE id = $1',
      [businessId],
    );
    const leaflet = business?.code ? await tx.findOneBy(Leaflet, { code: business.code }) : null;
    const leadId = await this.leadOf(tx, businessId, leaflet);
    if (!leaflet && !leadId) return;
    const recruitment = await this.note(tx, businessId, { leafletId: leaflet?.id, leadId });
    if (leaflet && !recruitment.thankedAt) await this.thank(tx, leaflet, business!);
  }

  /**
   * The lead that a business answers: the one it was linked to, the one its letter was written for, or the one of
   * exactly its name at its own address or, where no postcode was known, in its town.
   */
  private async leadOf(tx: Tx, businessId: string, leaflet: Leaflet | null): Promise<string | null> {
    const [found] = await tx.query<{ id: string; linked: boolean }[]>(
      `SELECT r.lead_id AS id, r.business_id IS NOT NULL AS linked
         FROM recruiting_lead r JOIN lead ON lead.id = r.lead_id
        WHERE merged_into IS NULL AND (business_id = $1 OR business_id IS NULL AND (r.lead_id = $2 OR EXISTS (
          SELECT FROM business JOIN branch ON branch.business_id = business.id AND branch.closed_at IS NULL
           WHERE business.id = $1 AND plain_text(lead.business_name) % plain_text(business.name)
             AND recruiting_name_key(lead.business_name) = recruiting_name_key(business.name)
             AND (branch.postcode = r.postcode OR r.postcode IS NULL AND plain_text(branch.town) = plain_text(lead.town)))))
        ORDER BY (business_id = $1) DESC NULLS LAST, (r.lead_id = $2) DESC NULLS LAST, r.lead_id
        LIMIT 1 FOR UPDATE OF r`,
      [businessId, leaflet?.leadId ?? null],
    );
    if (!found) return null;
    if (!found.linked) {
      const lead = await tx.findOneByOrFail(RecruitingLead, { leadId: found.id });
      lead.join(businessId, this.clock.now());
      await tx.save(lead);
      await this.leads.settle(tx, found.id, true);
      await this.audit.record(tx, {
        action: 'lead.joined',
        subject: { kind: 'lead', id: found.id },
        actor: { kind: 'system', id: 'recruiting.published' },
        details: { businessId },
      });
    }
    return found.id;
  }

  /**
   * Tells the recruiter, by the channel of their choice, if they asked to be told. It is no message about the card, so
   * it needs their word; and it promotes nothing. Once for a business, whatever happens to it later.
   */
  private async thank(tx: Tx, leaflet: Leaflet, business: Published): Promise<void> {
    if (!leaflet.thanksWanted || !leaflet.cardholderId) return;
    const holder = await tx.findOneBy(Cardholder, { id: leaflet.cardholderId });
    if (!holder || holder.leftAt) return;
    await tx.update(Recruitment, { businessId: business.id }, { thankedAt: this.clock.now() });
    await this.messages.queue(tx, {
      to: recipientOf(holder),
      template: 'recruiting/thanks',
      params: { firstName: holder.firstName, business: business.name, path: `/businesses/${business.slug}` },
      about: { kind: 'cardholder', id: holder.id },
    });
  }
}
