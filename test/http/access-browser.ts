import type { OutboxMessage } from '@carers/messages';
import type { Response } from 'supertest';
import type { TestApp } from '../support/app.js';

/** One browser that fills in our forms: it takes the token of the page it looks at. */
export class Browser {
  readonly agent: ReturnType<TestApp['browser']>;

  constructor(private readonly program: TestApp) {
    this.agent = program.browser();
  }

  get(path: string): Promise<Response> {
    return Promise.resolve(this.agent.get(path));
  }

  /** Opens the page of a form and sends it filled in. */
  async submit(path: string, values: Record<string, string> = {}, action = path): Promise<Response> {
    const shown = await this.get(path);
    const token = /name="_csrf" value="([^"]+)"/.exec(shown.text)?.[1] ?? '';
    return this.agent
      .post(action)
      .type('form')
      .send({ _csrf: token, ...values });
  }

  /** Asks for a sign-in message and gives it. */
  async askFor(contact: string, next = ''): Promise<OutboxMessage> {
    // A moment later than the message before it, so that the outbox knows which is newest.
    this.program.clock.advance({ seconds: 1 });
    await this.submit('/sign-in', { contact, next });
    // Work that waited may have sent others in the same moment.
    const sent = await this.program.outbox();
    const own = sent.find(({ to, text }) => to === contact.trim().toLowerCase() && text.includes('/sign-in/'));
    return (own ?? sent[0])!;
  }

  /** Signs in with the code of the message; gives the last answer. */
  async signIn(contact: string, next = ''): Promise<Response> {
    return this.submit('/sign-in/check', { code: codeIn(await this.askFor(contact, next)) });
  }

  /** The value of a cookie this browser holds. */
  cookie(name: string): string | undefined {
    return this.agent.jar.getCookie(name, { path: '/', domain: '127.0.0.1', secure: false, script: false })?.value;
  }
}

export function codeIn(message: OutboxMessage): string {
  return /\b\d{6}\b/.exec(message.text)![0];
}

/** The path of the link in a message. */
export function linkIn(message: OutboxMessage): string {
  return new URL(/https?:\/\/[^\s\]<>"]+\/(?:sign-in\/link|invitation)\/[^\s\]<>"]+/.exec(message.text)![0]).pathname;
}
