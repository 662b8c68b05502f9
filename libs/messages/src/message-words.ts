import { Injectable } from '@nestjs/common';
import type { OutgoingMessage } from './outgoing-message.entity.js';

/** Words that are ready to go, and which saved version of them was used (null for the program's own). */
export interface FoundWords {
  subject: string;
  text: string;
  html: string | null;
  versionId: string | null;
}

/**
 * Whether staff wrote other words for a message, or switched its kind off. A lib above provides its own from a global
 * module; without one, every message has the words of its template.
 */
@Injectable()
export class MessageWords {
  /**
   * Asked just before sending.
   * @param model what the template would be filled with
   * @returns null where the template's words stand; `off` where this kind of message is not sent
   */
  find(_message: OutgoingMessage, _model: Readonly<Record<string, unknown>>): Promise<FoundWords | 'off' | null> {
    return Promise.resolve(null);
  }
}
