// Reads one PDF in a thread of its own and says whether it may be kept. Plain JavaScript, because a thread starts with a
// file that Node can load as it is: from the sources, from the build and from a test.
import { parentPort, workerData } from 'node:worker_threads';
import { inflateSync } from 'node:zlib';

/** @type {{ bytes: Uint8Array, limits: { pages: number, objects: number, unpacked: number }, eicar: string }} */
const { bytes: given, limits, eicar } = workerData;
const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);

class Refused extends Error {
  /** @param {string} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** A name may be written with any of its letters as `#` and two hex digits (ISO 32000-2, 7.3.5). */
const plain = (text) => text.replace(/#([0-9a-f]{2})/gi, (_all, hex) => String.fromCharCode(parseInt(hex, 16)));

/** Names that no text or picture makes by accident: looked for everywhere, also in what newer versions of an object hide. */
const everywhere = [
  ['pdf-script', /\/JavaScript(?![A-Za-z0-9])/],
  ['pdf-action', /\/(Launch|SubmitForm|ImportData|GoToE)(?![A-Za-z0-9])/],
  ['pdf-attachment', /\/(EmbeddedFiles?|FileAttachment)(?![A-Za-z0-9])/],
  ['pdf-media', /\/RichMedia(?![A-Za-z0-9])/],
];

/** @param {string} text */
function lookForNames(text) {
  const names = text.includes('#') ? plain(text) : text;
  for (const [reason, pattern] of everywhere) if (pattern.test(names)) throw new Refused(reason);
}

/** @param {Uint8Array} unpacked */
function lookForEicar(unpacked) {
  if (Buffer.from(unpacked.buffer, unpacked.byteOffset, unpacked.byteLength).includes(eicar, 0, 'latin1')) {
    throw new Refused('file-infected');
  }
}

/** ASCII85 (7.4.3) and ASCIIHex (7.4.2): the wrappings that a mailing program may have put around. */
const decoders = {
  FlateDecode: (data) => inflateSync(data, { maxOutputLength: limits.unpacked, finishFlush: 2 }),
  ASCIIHexDecode: (data) => Buffer.from(data.toString('latin1').replace(/>[\s\S]*$|[^0-9a-f]/gi, ''), 'hex'),
  ASCII85Decode: fromAscii85,
};
const short = { Fl: 'FlateDecode', AHx: 'ASCIIHexDecode', A85: 'ASCII85Decode' };

function fromAscii85(data) {
  const text = data.toString('latin1').replace(/^\s*<~|~>[\s\S]*$/g, '');
  const out = Buffer.alloc(text.length * 4 + 4);
  let [length, group] = [0, []];
  const flush = (count) => {
    const value = group.reduce((sum, digit) => sum * 85 + digit, 0) % 2 ** 32;
    for (let at = 0; at < count; at++) out[length++] = (value / 2 ** (24 - 8 * at)) & 255;
    group = [];
  };
  for (const letter of text) {
    if (letter === 'z' && group.length === 0) {
      length += 4;
      continue;
    }
    const digit = letter.charCodeAt(0) - 33;
    if (digit < 0 || digit > 84) continue;
    group.push(digit);
    if (group.length === 5) flush(4);
  }
  if (group.length > 1) {
    const count = group.length - 1;
    while (group.length < 5) group.push(84);
    flush(count);
  }
  return out.subarray(0, length);
}

/**
 * Goes through the streams as they lie in the file: what is packed in them is looked at, and whatever the library would
 * unpack by itself (object and cross-reference streams) must stay within bounds first, because the library has none.
 */
function lookThroughStreams() {
  const text = bytes.toString('latin1');
  const start = /stream(\r\n|\n|\r)/g;
  for (let found; (found = start.exec(text));) {
    if (text.slice(found.index - 3, found.index) === 'end') continue;
    const from = found.index + found[0].length;
    const to = text.indexOf('endstream', from);
    const end = to < 0 ? text.length : to;
    const head = plain(
      text.slice(Math.max(0, found.index - 2_000, text.lastIndexOf(' obj', found.index)), found.index),
    );
    lookIntoStream(head, bytes.subarray(from, end));
    start.lastIndex = end;
  }
}

function lookIntoStream(head, data) {
  const structural = /\/Type\s*\/(ObjStm|XRef)/.test(head);
  const filters = (/\/(?:Filter|F)\s*(\[[^\]]*\]|\/\w+)/.exec(head)?.[1].match(/\w+/g) ?? []).map(
    (name) => short[name] ?? name,
  );
  if (structural && (filters.length > 1 || (filters[0] ?? 'FlateDecode') !== 'FlateDecode')) {
    throw new Refused('pdf-unreadable');
  }
  let unpacked = data;
  for (const filter of filters.slice(0, 4)) {
    const decode = decoders[filter];
    // A picture's or a font's own packing: the raw bytes are all that is looked at.
    if (!decode) break;
    try {
      unpacked = decode(unpacked);
    } catch (error) {
      if (error.code === 'ERR_BUFFER_TOO_LARGE' && !/\/Subtype\s*\/Image/.test(head)) throw new Refused('pdf-too-much');
      return;
    }
  }
  lookForEicar(unpacked);
  if (structural) lookForNames(unpacked.toString('latin1'));
}

/** Why an object may not be there, or null. Keys are those of ISO 32000-2. */
function faultOf(dict, name) {
  const has = (key) => dict.has(name(key));
  const text = (key) => dict.lookup(name(key))?.toString?.() ?? '';
  const action = text('S');
  if (has('JS') || has('JavaScript') || action === '/JavaScript') return 'pdf-script';
  if (has('XFA')) return 'pdf-form';
  // A font or picture may be called EF as well; a description of a file names the file beside it.
  const describesFile = has('EF') && (has('F') || has('UF') || text('Type') === '/Filespec');
  if (has('EmbeddedFiles') || describesFile || text('Subtype') === '/FileAttachment') return 'pdf-attachment';
  if (['/RichMedia', '/Movie', '/Sound', '/Screen', '/3D'].includes(text('Subtype')) || has('RichMediaContent')) {
    return 'pdf-media';
  }
  if (['/Rendition', '/Movie', '/Sound', '/GoTo3DView', '/RichMediaExecute'].includes(action)) return 'pdf-media';
  if (['/Launch', '/SubmitForm', '/ImportData', '/GoToE', '/GoToR', '/Thread', '/Hide'].includes(action))
    return 'pdf-action';
  if (has('AA')) return 'pdf-action';
  return openActionFault(dict, name);
}

/** To begin at some page is harmless: an array, or an action that only goes there. */
function openActionFault(dict, name) {
  const opening = dict.lookup(name('OpenAction'));
  const action = opening?.lookup && opening.has ? (opening.lookup(name('S'))?.toString() ?? '') : '/GoTo';
  return action === '/GoTo' || action === '/Named' ? null : 'pdf-action';
}

async function read() {
  lookForEicar(bytes);
  lookForNames(bytes.toString('latin1'));
  lookThroughStreams();
  const { EncryptedPDFError, PDFArray, PDFDict, PDFDocument, PDFName, PDFStream } = await import('@cantoo/pdf-lib');
  let document;
  try {
    document = await PDFDocument.load(bytes, {
      parseSpeed: Infinity,
      updateMetadata: false,
      preserveXFA: true,
      capNumbers: true,
    });
  } catch (error) {
    throw new Refused(error instanceof EncryptedPDFError ? 'pdf-locked' : 'pdf-unreadable');
  }
  const objects = document.context.enumerateIndirectObjects();
  if (objects.length > limits.objects) throw new Refused('pdf-too-much');
  const name = (text) => PDFName.of(text);
  const left = objects.map(([, object]) => object);
  let looked = 0;
  while (left.length > 0) {
    const object = left.pop();
    if (++looked > limits.objects * 50) throw new Refused('pdf-too-much');
    if (object instanceof PDFArray) left.push(...object.asArray());
    const dict = object instanceof PDFStream ? object.dict : object;
    if (!(dict instanceof PDFDict)) continue;
    const fault = faultOf(dict, name);
    if (fault) throw new Refused(fault);
    left.push(...dict.values());
  }
  const pages = document.getPageCount();
  if (pages < 1) throw new Refused('pdf-unreadable');
  if (pages > limits.pages) throw new Refused('pdf-too-much');
  return { pages };
}

read().then(
  (answer) => parentPort.postMessage(answer),
  (error) => parentPort.postMessage({ refused: error instanceof Refused ? error.reason : 'pdf-unreadable' }),
);
