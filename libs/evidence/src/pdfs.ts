import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { projectRoot } from '@carers/kernel';
import { FileRefused, type RefusalReason } from './evidence.problems.js';
import { eicar } from './eicar.js';
import { Gate } from './gate.js';

/** What is asked of a PDF. */
export interface PdfLimits {
  /** Milliseconds for reading it. */
  wait: number;
  pages: number;
  objects: number;
  /** Bytes that one stream may unpack to, where it must be unpacked. */
  unpacked: number;
}

export const pdfLimits: PdfLimits = { wait: 20_000, pages: 300, objects: 60_000, unpacked: 48_000_000 };

const reader = join(projectRoot, 'libs/evidence/worker/pdf-reader.mjs');
const gate = new Gate(1);

type Answer = { pages: number } | { refused: RefusalReason };

/**
 * Reads a PDF (ISO 32000) through in a thread of its own, which is ended when it takes too long or too much memory, and
 * gives its number of pages. The bytes stay what they are: a signature in them still holds.
 *
 * @throws FileRefused where it is locked, broken, too large, or holds anything that does something when it is opened
 */
export async function checkPdf(bytes: Uint8Array, limits: PdfLimits = pdfLimits): Promise<number> {
  const answer = await gate.pass(() => readInThread(bytes, limits));
  if ('refused' in answer) throw new FileRefused(answer.refused, { pages: limits.pages });
  return answer.pages;
}

function readInThread(bytes: Uint8Array, limits: PdfLimits): Promise<Answer> {
  const thread = new Worker(reader, {
    workerData: { bytes, limits, eicar },
    resourceLimits: { maxOldGenerationSizeMb: 256 },
    execArgv: [],
    env: {},
    stdout: true,
    stderr: true,
  });
  return new Promise<Answer>((resolve) => {
    const tooMuch = () => resolve({ refused: 'pdf-too-much' });
    const timer = setTimeout(tooMuch, limits.wait);
    thread.once('message', (answer: Answer) => resolve(answer));
    // Out of memory, or a fault of the library: either way nothing is known of what is in it.
    thread.once('error', (error) =>
      (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? tooMuch()
        : resolve({ refused: 'pdf-unreadable' }),
    );
    thread.once('exit', () => {
      clearTimeout(timer);
      resolve({ refused: 'pdf-unreadable' });
    });
  }).finally(() => thread.terminate());
}
