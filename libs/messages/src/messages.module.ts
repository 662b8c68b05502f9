import { Settings } from '@carers/settings';
import { SuppressionModule } from '@carers/suppression';
import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LiveTransport } from './live-transport.js';
import { MessageReports } from './message-reports.js';
import { Messages } from './messages.js';
import { Outbox } from './outbox.js';
import { OutboxPages } from './outbox.pages.js';
import { OutgoingMessage } from './outgoing-message.entity.js';
import { SendMessageHandler } from './send-message.handler.js';
import { RecordingTransport, Transport } from './transport.js';

/** Queuing messages, for every lib. */
@Global()
@Module({
  imports: [SuppressionModule, TypeOrmModule.forFeature([OutgoingMessage])],
  providers: [
    Messages,
    MessageReports,
    Outbox,
    {
      provide: Transport,
      useFactory: (settings: Settings): Transport =>
        settings.smtpUrl || settings.production ? new LiveTransport(settings) : new RecordingTransport(),
      inject: [Settings],
    },
  ],
  exports: [Messages, MessageReports, Outbox, Transport],
})
export class MessagesModule {}

/** The outbox page of a demo. */
@Module({ imports: [MessagesModule], controllers: [OutboxPages] })
export class MessagesWebModule {}

/** The sending, for the worker. */
@Module({ imports: [MessagesModule, DiscoveryModule], providers: [SendMessageHandler] })
export class MessagesJobsModule {}
