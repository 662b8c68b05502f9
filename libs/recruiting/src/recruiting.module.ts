import { AccessModule, StaffSections } from '@carers/access';
import { BusinessesModule, OwnerLinks } from '@carers/businesses';
import { AccountLinks, CardsModule } from '@carers/cards';
import { OfferLinks, OffersModule } from '@carers/offers';
import { PlacesModule } from '@carers/places';
import { Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Figures } from './figures/figures.js';
import { FiguresExport } from './figures/figures-export.js';
import { FindFirstUses, FirstUsesSchedule } from './figures/first-uses.js';
import { Recruitment } from './figures/recruitment.entity.js';
import { Recruitments } from './figures/recruitments.js';
import { StaffFiguresPages } from './figures/staff-figures.pages.js';
import { AccountLeafletPages } from './leaflets/account-leaflet.pages.js';
import { Leaflet } from './leaflets/leaflet.entity.js';
import { LeafletFiles } from './leaflets/leaflet-files.js';
import { LeafletLinks } from './leaflets/leaflet-links.js';
import { Leaflets } from './leaflets/leaflets.js';
import { StaffLeafletsPages } from './leaflets/staff-leaflets.pages.js';
import { LeadFiles } from './leads/lead-files.js';
import { LeadNote } from './leads/lead-note.entity.js';
import { LeadSupport } from './leads/lead-support.entity.js';
import { LeadWork } from './leads/lead-work.js';
import { Pipeline } from './leads/pipeline.js';
import { RecruitingLead } from './leads/recruiting-lead.entity.js';
import { StaffLeadPages } from './leads/staff-lead.pages.js';
import { StaffLeadsPages } from './leads/staff-leads.pages.js';
import { SuggestPages } from './leads/suggest.pages.js';
import { Suggestions } from './leads/suggestions.js';
import { WhereSaid } from './leads/where.js';
import { LetterPages } from './letters/letter.pages.js';
import { Letters } from './letters/letters.js';
import { Posts } from './posts/posts.js';
import { PreviewPages } from './posts/preview.pages.js';
import { OwnerPostsPages, StaffPostsPages } from './posts/posts.pages.js';
import { ForgetLeads, ForgetLeadsSchedule } from './retention.js';
import { AccountWishesPages } from './votes/account-wishes.pages.js';
import { Demand } from './votes/demand.js';
import { PlaceVote } from './votes/place-vote.entity.js';
import { StaffDemandPages } from './votes/staff-demand.pages.js';
import { Votes } from './votes/votes.js';

export const recruitingEntities = [RecruitingLead, LeadSupport, LeadNote, Leaflet, Recruitment, PlaceVote];

const services = [
  Demand,
  Figures,
  FiguresExport,
  LeadFiles,
  LeadWork,
  LeafletFiles,
  LeafletLinks,
  Leaflets,
  Letters,
  Pipeline,
  Posts,
  Recruitments,
  Suggestions,
  Votes,
  WhereSaid,
];

/** Leaflets, suggestions, wishes, letters and posts; and what is noted when a business is published. */
@Module({
  imports: [
    AccessModule,
    BusinessesModule,
    CardsModule,
    OffersModule,
    PlacesModule,
    TypeOrmModule.forFeature(recruitingEntities),
  ],
  providers: services,
  exports: services,
})
export class RecruitingModule {}

/** The pages of the public, of carers, owners and staff. */
@Module({
  imports: [RecruitingModule, AccessModule, BusinessesModule, CardsModule, OffersModule, PlacesModule],
  // Names before the id of a lead.
  controllers: [
    SuggestPages,
    AccountLeafletPages,
    AccountWishesPages,
    OwnerPostsPages,
    PreviewPages,
    StaffDemandPages,
    StaffFiguresPages,
    StaffLeafletsPages,
    StaffPostsPages,
    StaffLeadsPages,
    LetterPages,
    StaffLeadPages,
  ],
})
export class RecruitingWebModule implements OnModuleInit {
  constructor(
    private readonly sections: StaffSections,
    private readonly owners: OwnerLinks,
    private readonly account: AccountLinks,
    private readonly offers: OfferLinks,
    private readonly pipeline: Pipeline,
    private readonly leaflets: Leaflets,
  ) {}

  onModuleInit(): void {
    this.sections.add({
      roles: ['registrar', 'administrator'],
      href: '/staff/recruiting',
      titleKey: 'recruiting:staff.section',
      count: () => this.pipeline.waiting(),
    });
    this.sections.add({
      roles: ['registrar', 'administrator', 'commissioner'],
      href: '/staff/recruiting/demand',
      titleKey: 'recruiting:demand.section',
    });
    this.offers.showPicture((offerId) => `/offer-pictures/${offerId}/wide.png`);
    this.owners.add({
      href: ({ id, status }) => (status === 'published' ? `/business/${id}/posts` : null),
      titleKey: 'recruiting:posts.section',
    });
    const forHolders = (href: string) => async (who: { accountId: string }) =>
      (await this.leaflets.holdersOf(who.accountId)).length > 0 ? href : null;
    this.account.add({
      href: forHolders('/account/bring-a-business'),
      titleKey: 'recruiting:account.link',
      order: 30,
      count: async (who) => {
        const holders = await this.leaflets.holdersOf(who.accountId);
        return {
          key: 'recruiting:account.brought',
          count: await this.leaflets.countBrought(holders.map(({ id }) => id)),
        };
      },
    });
    this.account.add({ href: forHolders('/account/places-wanted'), titleKey: 'recruiting:wishes.link', order: 32 });
    this.account.add({ href: '/suggest-a-business', titleKey: 'recruiting:suggest.link', order: 34 });
  }
}

/** What is done at night, for the worker. */
@Module({
  imports: [RecruitingModule, PlacesModule],
  providers: [FindFirstUses, FirstUsesSchedule, ForgetLeads, ForgetLeadsSchedule],
})
export class RecruitingJobsModule {}
