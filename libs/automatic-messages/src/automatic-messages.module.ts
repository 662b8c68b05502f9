import { AccessModule, StaffSections } from '@carers/access';
import { CardsModule } from '@carers/cards';
import { InformationServiceModule } from '@carers/information-service';
import { MessageWords } from '@carers/messages';
import { PlacesModule } from '@carers/places';
import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MessageListPages } from './pages/message-list.pages.js';
import { MessagePages } from './pages/message.pages.js';
import { Owners } from './pages/owners.js';
import { PreviewPages } from './pages/preview.pages.js';
import { base } from './pages/presenter.js';
import { WordsPages } from './pages/words.pages.js';
import { AutomaticMessageQueued } from './sending/automatic-message-queued.entity.js';
import { TellCardPosted } from './sending/card-posted.js';
import { AutomaticMessagesSchedule, SendDue } from './sending/nightly.jobs.js';
import { OnceEach } from './sending/once-each.js';
import { RenewalReminders } from './sending/renewal-reminders.js';
import {
  CardParams,
  CardPostedWords,
  Renewal1Words,
  Renewal4Words,
  Renewal8Words,
  Welcome14Words,
  Welcome3Words,
} from './sending/suppliers.js';
import { WelcomeSeries } from './sending/welcome-series.js';
import { TestMessages, TestMessageWords } from './test-messages.js';
import { EditedWords } from './words/edited-words.js';
import { MessageSwitch } from './words/message-switch.entity.js';
import { MessageTemplateVersion } from './words/message-template-version.entity.js';
import { SampleCopies } from './words/sample-copies.js';
import { Templates } from './words/templates.js';
import { Versions } from './words/versions.js';

export const automaticMessagesEntities = [MessageTemplateVersion, MessageSwitch, AutomaticMessageQueued];

/** Gives `messages` the words that staff wrote: global, because the sending asks whoever is there. */
@Global()
@Module({
  imports: [CardsModule, InformationServiceModule, PlacesModule, TypeOrmModule.forFeature(automaticMessagesEntities)],
  providers: [
    { provide: MessageWords, useExisting: EditedWords },
    EditedWords,
    OnceEach,
    RenewalReminders,
    SampleCopies,
    TellCardPosted,
    Templates,
    Versions,
    WelcomeSeries,
  ],
  exports: [MessageWords, RenewalReminders, SampleCopies, Templates, Versions, WelcomeSeries],
})
export class AutomaticMessagesModule {}

/** Pages on which staff look at automatic messages, word them and switch them. */
@Module({
  imports: [AutomaticMessagesModule, AccessModule, PlacesModule],
  controllers: [MessageListPages, MessagePages, WordsPages, PreviewPages],
  providers: [Owners, TestMessages],
})
export class AutomaticMessagesWebModule implements OnModuleInit {
  constructor(private readonly sections: StaffSections) {}

  onModuleInit(): void {
    const roles = ['carers_service_officer', 'administrator'] as const;
    this.sections.add({ roles, href: base, titleKey: 'automatic-messages:section' });
  }
}

/** What is due each morning, and what each message says of somebody. */
@Module({
  imports: [AutomaticMessagesModule, CardsModule, InformationServiceModule],
  providers: [
    AutomaticMessagesSchedule,
    CardParams,
    CardPostedWords,
    Renewal1Words,
    Renewal4Words,
    Renewal8Words,
    SendDue,
    TestMessageWords,
    Welcome14Words,
    Welcome3Words,
  ],
})
export class AutomaticMessagesJobsModule {}
