import { DiscoveryService } from '@nestjs/core';
import type { Attachment } from './transport.js';
import type { OutgoingMessage } from './outgoing-message.entity.js';

/** What a template gets at the moment of sending. */
export interface SuppliedParams {
  params: Record<string, unknown>;
  /** Words that are ready: no template is rendered. */
  words?: { subject: string; text: string; html: string | null };
  /** Further headers of an e-mail, as `List-Unsubscribe`. */
  headers?: Record<string, string>;
  /** Files that go with an e-mail; other channels leave them out. No copy is kept here. */
  attachments?: readonly Attachment[];
  /** True where the words hold a live secret: then no copy of them is kept where mail is really sent. */
  secret?: boolean;
  /** True where the person asks for it this minute: a complaint about other mail does not stop it. */
  askedFor?: boolean;
  /** True where the message is no longer wanted: it is dropped, and nothing is sent. */
  drop?: boolean;
}

/** Makes or looks up what a template needs just before it is sent, so that no live token lies in the queue. */
export interface ParamsSupplier {
  supply(message: OutgoingMessage): Promise<SuppliedParams>;
}

export const SupplierOf = DiscoveryService.createDecorator<string>();

/** Marks an injectable class as the supplier for one template, as in `access/sign-in`. Provide it in a jobs module. */
export function SuppliesParams(template: string) {
  const mark = SupplierOf(template);
  return <Class extends new (...args: never[]) => ParamsSupplier>(target: Class): void => {
    mark(target);
  };
}
