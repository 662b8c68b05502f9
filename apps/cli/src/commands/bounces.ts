import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BounceImport } from '@carers/bulletins';
import { type AddCommands, CommandRefused } from '../command.js';

/** `bounces:import`: takes what mail servers sent back about bulletins. */
export const addBouncesCommand: AddCommands = (program, { answer, inApp }) => {
  program
    .command('bounces:import')
    .argument('<mailbox>', 'a Maildir folder, an mbox file, or - for one mail on standard input')
    .description('take bounces and complaints about bulletins from a mailbox')
    .addHelpText('after', '\nRunning it again on the same mails changes nothing.')
    .action(async (mailbox: string) => {
      const mails = await mailsIn(mailbox);
      const report = await inApp((get) => get(BounceImport).take(mails));
      const { read, hard, soft, complaints, leftAlone } = report;
      answer(
        report,
        `${read} mails read: ${hard} hard, ${soft} soft, ${complaints} complaints, ${leftAlone} left alone.`,
      );
    });
};

async function mailsIn(mailbox: string): Promise<AsyncIterable<Uint8Array>> {
  if (mailbox === '-') return oneMail(process.stdin);
  const found = await stat(mailbox).catch(() => null);
  if (!found) throw new CommandRefused(`There is no ${mailbox}.`);
  return found.isDirectory() ? maildir(mailbox) : mbox(mailbox);
}

async function* oneMail(input: NodeJS.ReadableStream): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  yield Buffer.concat(chunks);
}

/** New mails and those that were read, in the order of their names; what is being delivered (`tmp`) is left. */
async function* maildir(folder: string): AsyncGenerator<Uint8Array> {
  for (const part of ['new', 'cur']) {
    const names = await readdir(join(folder, part)).catch(() => {
      throw new CommandRefused(`${folder} is not a Maildir: it has no folder ${part}.`);
    });
    for (const name of names.sort()) yield await readFile(join(folder, part, name));
  }
}

/** RFC 4155: each mail begins after a line with `From `; such lines inside are quoted. Read a mail at a time. */
async function* mbox(file: string): AsyncGenerator<Uint8Array> {
  let lines: string[] | null = null;
  for await (const line of createInterface({ input: createReadStream(file, 'latin1'), crlfDelay: Infinity })) {
    if (line.startsWith('From ')) {
      if (lines?.length) yield Buffer.from(lines.join('\r\n'), 'latin1');
      lines = [];
    } else lines?.push(/^>+From /.test(line) ? line.slice(1) : line);
  }
  if (lines?.length) yield Buffer.from(lines.join('\r\n'), 'latin1');
}
