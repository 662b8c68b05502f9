import { Writable } from 'node:stream';
import { LetterPrinter, type MergePerson } from '@carers/composer';
import { Database } from '@carers/database';
import { LetterCodes, type OpenDoor } from '@carers/information-service';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { FrozenBulletin } from '../../writing/frozen-bulletin.js';

/** Makes a letter as a file of its own, for Notify's envelopes. */
@Injectable()
export class NotifyLetters {
  constructor(
    private readonly database: Database,
    private readonly codes: LetterCodes,
    private readonly clock: Clock,
  ) {}

  async make(
    bulletin: FrozenBulletin,
    deliveryId: string,
    door: OpenDoor,
    person: MergePerson,
  ): Promise<{ pdf: Buffer; pages: number }> {
    const about = { kind: 'delivery', id: deliveryId };
    const [code] = await this.database.transaction((tx) =>
      this.codes.issue(tx, [{ subscriberId: door.subscriberId, about }]),
    );
    const chunks: Buffer[] = [];
    const out = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        chunks.push(chunk);
        done();
      },
    });
    const printer = await LetterPrinter.open(out, {
      title: bulletin.title,
      author: bulletin.content.service.name,
      at: this.clock.now(),
      // Notify puts the blank backs in by itself.
      duplex: false,
    });
    const { composed, locale } = bulletin.copyFor(door);
    const addressLines = [door.name, ...door.address.split('\n').filter((line) => line.trim() !== '')];
    const { pages } = await printer.letter(
      composed,
      { ...person, letterCode: code!, code: code!, addressLines },
      bulletin.letterFrame(locale, { date: this.clock.today(), window: 'notify' }),
    );
    await printer.end();
    return { pdf: Buffer.concat(chunks), pages };
  }
}
