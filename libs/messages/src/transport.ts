import type { Channel } from './outgoing-message.entity.js';

/** A file that goes with an e-mail. */
export interface Attachment {
  name: string;
  type: string;
  bytes: Buffer;
  /** Of a picture that the HTML shows as `cid:…` (RFC 2392), without angle brackets. */
  contentId?: string;
}

/** A message in its final words. */
export interface ReadyMessage {
  id: string;
  channel: Channel;
  to: string;
  toName: string | null;
  subject: string;
  text: string;
  html: string | null;
  headers: Readonly<Record<string, string>>;
  /** Of an e-mail only. */
  attachments?: readonly Attachment[];
}

/** What became of a message that was handed over. */
export type Delivery = 'sent' | 'to_print';

/** The provider will never take this message: do not try again. */
export class RefusedForGood extends Error {
  override name = 'RefusedForGood';
}

/** Hands one message to whoever delivers it. Throws to be tried again, `RefusedForGood` to give up. */
export abstract class Transport {
  abstract deliver(message: ReadyMessage): Promise<Delivery>;
  /** True where messages only lie in the outbox page, for a demo or a test. */
  abstract readonly onlyRecords: boolean;
}

/** For a demo without SMTP: nothing leaves, the outbox page shows it. */
export class RecordingTransport extends Transport {
  readonly onlyRecords = true;

  async deliver(message: ReadyMessage): Promise<Delivery> {
    return Promise.resolve(message.channel === 'post' ? 'to_print' : 'sent');
  }
}
