import { Settings } from '@carers/settings';
import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Messages } from './messages.js';
import { Outbox } from './outbox.js';
import { OutboxPages } from './outbox.pages.js';
import { OutgoingMessage } from './outgoing-message.entity.js';
import { SendMessageHandler } from './send-message.handler.js';
import { RecordingTransport, Transport } from './transport.js';

/** Queuing messages, for every lib. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([OutgoingMessage])],
  providers: [
    Messages,
    Outbox,
    {
      provide: Transport,
      useFactory: async (settings: Settings): Promise<Transport> => {
        if (!settings.smtpUrl && !settings.production) return new RecordingTransport();
        // Asked for here: a demo need not load the clients of servers that it has not.
        const { LiveTransport } = await import('./live-transport.js');
        return new LiveTransport(settings);
      },
      inject: [Settings],
    },
  ],
  exports: [Messages, Outbox, Transport],
})
export class MessagesModule {}

/** The outbox page of a demo. */
@Module({ imports: [MessagesModule], controllers: [OutboxPages] })
export class MessagesWebModule {}

/** The sending, for the worker. */
@Module({ imports: [MessagesModule, DiscoveryModule], providers: [SendMessageHandler] })
export class MessagesJobsModule {}
