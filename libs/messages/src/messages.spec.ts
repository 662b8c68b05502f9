import { Database } from '@carers/database';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { Messages } from './messages.js';
import { OutgoingMessage } from './outgoing-message.entity.js';
import { SendMessageHandler } from './send-message.handler.js';
import { type ReadyMessage, RefusedForGood, Transport } from './transport.js';

/** A transport that does what a test says. */
class Scripted {
  sent: ReadyMessage[] = [];
  next: (() => Promise<'sent' | 'to_print'>) | null = null;
  onlyRecords = true;

  async deliver(message: ReadyMessage): Promise<'sent' | 'to_print'> {
    if (this.next) return this.next();
    this.sent.push(message);
    return 'sent';
  }
}

describe('a message', () => {
  let running: TestApp;
  const scripted = new Scripted();
  beforeAll(async () => {
    running = await startTestApp();
    const transport = running.get(Transport);
    transport.deliver = (message) => scripted.deliver(message);
  });
  afterAll(() => running?.close());
  afterEach(() => {
    scripted.sent = [];
    scripted.next = null;
  });

  const queue = () =>
    running.get(Database).transaction((tx) =>
      running.get(Messages).queue(tx, {
        to: { channel: 'email', address: 'ann@example.org', name: 'Ann' },
        template: 'messages/test',
        params: { number: 7 },
      }),
    );
  const read = (id: string) => running.get(Database).reader.findOneByOrFail(OutgoingMessage, { id });
  const send = (id: string) => running.get(SendMessageHandler).handle({ messageId: id });

  it('is sent once, in words made when it is sent, and kept for staff to see', async () => {
    const id = await queue();
    expect(await read(id)).toMatchObject({ state: 'queued', subject: null });
    await running.work();
    await send(id);
    expect(scripted.sent).toHaveLength(1);
    expect(scripted.sent[0]).toMatchObject({ id, to: 'ann@example.org', toName: 'Ann' });
    expect(await read(id)).toMatchObject({
      state: 'sent',
      sentAt: running.clock.now(),
      subject: scripted.sent[0]!.subject,
    });
  });

  it('is not there when the change that caused it did not happen', async () => {
    const before = await running.get(Database).reader.count(OutgoingMessage);
    const failing = running.get(Database).transaction(async (tx) => {
      await running
        .get(Messages)
        .queue(tx, { to: { channel: 'email', address: 'x@example.org' }, template: 'messages/test' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await running.get(Database).reader.count(OutgoingMessage)).toBe(before);
    expect(await running.work()).toBe(0);
  });

  it('is tried again when the provider stumbles, and given up when it refuses for good', async () => {
    const id = await queue();
    scripted.next = () => Promise.reject(new Error('451 try later'));
    await expect(send(id)).rejects.toThrow('451');
    expect(await read(id)).toMatchObject({ state: 'queued', error: expect.stringContaining('451') as unknown });
    scripted.next = () => Promise.reject(new RefusedForGood('no such address'));
    await send(id);
    expect(await read(id)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('no such address') as unknown,
    });
    scripted.next = null;
    await send(id);
    expect(scripted.sent).toEqual([]);
  });

  it('of which a worker died in the middle is looked at by a person, never sent again blindly', async () => {
    const id = await queue();
    await running.get(Database).transaction((tx) => tx.update(OutgoingMessage, { id }, { state: 'sending' }));
    await send(id);
    expect(scripted.sent).toEqual([]);
    expect(await read(id)).toMatchObject({ state: 'unknown' });
  });

  it('that ten workers take at once leaves the house once', async () => {
    const id = await queue();
    await Promise.all(Array.from({ length: 10 }, () => send(id)));
    expect(scripted.sent.length).toBe(1);
  });

  it('keeps its address from whoever reads the database', async () => {
    const id = await queue();
    const [row] = await running
      .get(Database)
      .query<{ recipient: string }>('SELECT recipient FROM outgoing_message WHERE id = $1', [id]);
    expect(row?.recipient).toMatch(/^v1\./);
  });
});
