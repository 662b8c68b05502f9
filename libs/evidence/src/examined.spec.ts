import { crc32, deflateSync } from 'node:zlib';
import { PDFDocument, PDFName, type PDFObject, PDFString } from '@cantoo/pdf-lib';
import { FileTooLarge } from '@carers/pages';
import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { heic, inPieces, pdfOf, picture } from '../../../test/support/files.js';
import { eicar } from './eicar.js';
import { FileRefused } from './evidence.problems.js';
import { examine, MOST_FILE_BYTES } from './examined.js';
import { checkPdf, pdfLimits } from './pdfs.js';

/** What becomes of some bytes: what is kept, or the reason why not. */
async function take(bytes: Uint8Array | Promise<Uint8Array>, name = 'file') {
  try {
    return await examine(name, inPieces(await bytes));
  } catch (problem) {
    if (problem instanceof FileRefused) return problem.slug;
    throw problem;
  }
}

const kept = async (bytes: Uint8Array | Promise<Uint8Array>, name?: string) => {
  const file = await take(bytes, name);
  if (typeof file === 'string') throw new Error(`refused: ${file}`);
  return file;
};

describe('the type of a file', () => {
  it('is known by its bytes, whatever it is called', async () => {
    expect((await kept(pdfOf(), 'photo.jpg')).mediaType).toBe('application/pdf');
    expect((await kept(picture().jpeg().toBuffer(), 'a.pdf')).mediaType).toBe('image/jpeg');
    expect((await kept(picture().png().toBuffer(), 'a.exe')).mediaType).toBe('image/png');
    expect((await kept(picture().webp().toBuffer(), '')).mediaType).toBe('image/webp');
  });

  it.each([
    ['file-empty', Buffer.alloc(0)],
    ['file-is-heic', heic()],
    ['file-is-heic', heic('mif1')],
    ['file-is-heic', heic('hevx')],
    ['file-is-drawing', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['file-is-drawing', Buffer.from('<?xml version="1.0"?>\n<!-- drawn -->\n<svg/>')],
    ['file-is-archive', Buffer.from('504b0304140000000000', 'hex')],
    ['file-is-archive', Buffer.concat([Buffer.from('1f8b0800', 'hex'), Buffer.alloc(40)])],
    ['file-is-office', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)])],
    ['file-is-office', Buffer.from('{\\rtf1\\ansi hello}')],
    ['file-is-program', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100)])],
    ['file-is-program', Buffer.from('#!/bin/sh\necho hello\n')],
    ['file-type-not-taken', Buffer.from('hello, this is only text')],
    ['file-type-not-taken', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['file-type-not-taken', Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(100)])],
  ])('is refused with the reason that helps: %s', async (reason, bytes) => {
    expect(await take(bytes)).toBe(reason);
  });

  it('stays within 10 MB, to the byte', async () => {
    const padded = async (length: number) =>
      Buffer.concat([await pdfOf(), Buffer.alloc(length, 10)]).subarray(0, length);
    expect((await kept(padded(MOST_FILE_BYTES))).bytes).toHaveLength(MOST_FILE_BYTES);
    await expect(take(padded(MOST_FILE_BYTES + 1))).rejects.toThrow(FileTooLarge);
  });
});

describe('a name', () => {
  it('keeps what a person reads in it and nothing that leads elsewhere', async () => {
    const bytes = await picture(2, 2).png().toBuffer();
    const nameOf = async (given: string) => (await kept(bytes, given)).name;
    expect(await nameOf('C:\\Users\\me\\Public liability 2026.png')).toBe('Public liability 2026.png');
    expect(await nameOf('../../etc/.bashrc')).toBe('bashrc');
    expect(await nameOf('a\u202egnp.exe\u0000\n"<b>')).toBe('agnp.exeb');
    expect(await nameOf('Zoë’s certificate.png')).toBe('Zoë’s certificate.png');
    expect(await nameOf('\ud800')).toBe('\ufffd');
    expect([...(await nameOf(`${'é'.repeat(300)}.png`))]).toHaveLength(120);
    expect(await nameOf('...')).toBe('picture');
  });
});

describe('a picture', () => {
  it('is turned as its camera said, and says nothing of where, when and by whom it was taken', async () => {
    const sent = await picture(400, 300)
      .withExif({
        IFD0: { Copyright: 'Sam Smith', Orientation: '6' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '50/1 43/1 0/1' },
      })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect(sent.includes('Exif')).toBe(true);
    const { bytes } = await kept(sent);
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 300, height: 400 });
    const { exif, icc, xmp, iptc, orientation } = await sharp(bytes).metadata();
    expect({ exif, icc, xmp, iptc, orientation }).toEqual({});
  });

  it('is made no larger than one can read by, and loses what hung on behind', async () => {
    const tail = '<script>alert(1)</script>';
    const sent = Buffer.concat([await picture(5000, 1000).jpeg().toBuffer(), Buffer.from(tail)]);
    const { bytes } = await kept(sent);
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 3200, height: 640 });
    expect(bytes.includes(tail)).toBe(false);
  });

  it('keeps only the first frame of a moving one', async () => {
    const frames = await Promise.all(['#ff0000', '#00ff00'].map((colour) => picture(20, 20, colour).png().toBuffer()));
    const moving = await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true, loop: 0, delay: [100, 100] })
      .toBuffer();
    expect((await sharp(moving, { animated: true }).metadata()).pages).toBe(2);
    const { bytes } = await kept(moving);
    expect((await sharp(bytes, { animated: true }).metadata()).pages ?? 1).toBe(1);
    expect([...(await sharp(bytes).removeAlpha().raw().toBuffer()).subarray(0, 3)].map((part) => part > 200)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('that would flood the memory is refused before it is unpacked', async () => {
    const small = await picture(8, 8).png().toBuffer();
    // The size stands in the header (IHDR) from byte 16, with a checksum behind it.
    const saying = (width: number, height: number) => {
      const flood = Buffer.from(small);
      flood.writeUInt32BE(width, 16);
      flood.writeUInt32BE(height, 20);
      flood.writeUInt32BE(crc32(flood.subarray(12, 29)), 29);
      return flood;
    };
    expect(await take(saying(60_000, 60_000))).toBe('picture-too-large');
    expect(await take(saying(8_001, 8_000))).toBe('picture-too-large');
  });

  it('that is broken off is refused', async () => {
    const sent = await sharp(Buffer.from(Array.from({ length: 300 * 300 * 3 }, (_, at) => (at * 7919) % 251)), {
      raw: { width: 300, height: 300, channels: 3 },
    })
      .jpeg()
      .toBuffer();
    expect(await take(sent.subarray(0, sent.length / 2))).toBe('picture-unreadable');
    expect(await take((await picture().png().toBuffer()).subarray(0, 60))).toBe('picture-unreadable');
  });
});

describe('a PDF', () => {
  it('is kept byte for byte, with its number of pages', async () => {
    const sent = await pdfOf(['one', 'two', 'three']);
    expect(await kept(sent, 'Insurance.pdf')).toMatchObject({ name: 'Insurance.pdf', pages: 3, bytes: sent });
  });

  it('may have links, bookmarks, pictures, fields to fill in and a page to begin at', async () => {
    const photo = await picture().jpeg().toBuffer();
    const sent = await pdfOf(['one'], (document) => {
      document.text('our site', { link: 'https://example.org/' });
      document.outline.addItem('Chapter');
      document.image(photo, 10, 10);
      document.initForm();
      document.formText('name', 10, 200, 100, 20, {});
    });
    expect((await kept(sent)).pages).toBe(1);
    const opened = await withCatalog((document) => [
      'OpenAction',
      document.context.obj([document.getPage(0).ref, 'Fit']),
    ]);
    expect((await kept(opened)).pages).toBe(1);
  });

  it('that is locked is refused', async () => {
    expect(await take(pdfOf(['secret'], undefined, { userPassword: 'hunter2' }))).toBe('pdf-locked');
    expect(await take(pdfOf(['secret'], undefined, { ownerPassword: 'hunter2' }))).toBe('pdf-locked');
  });

  const script = { S: 'JavaScript', JS: PDFString.of('app.alert(1)') };
  it.each<[string, string, Catalog]>([
    ['a script that runs on opening', 'pdf-script', ({ context }) => ['OpenAction', context.obj(script)]],
    [
      'a script by name',
      'pdf-script',
      ({ context }) => ['Names', context.obj({ JavaScript: { Names: [PDFString.of('a'), script] } })],
    ],
    [
      'a script written with hex in its name',
      'pdf-script',
      ({ context }) => ['OpenAction', context.obj({ S: 'Java#53cript', '#4a#53': PDFString.of('x') })],
    ],
    [
      'a program that is started',
      'pdf-action',
      ({ context }) => ['OpenAction', context.obj({ S: 'Launch', F: PDFString.of('cmd.exe') })],
    ],
    [
      'an address that is opened',
      'pdf-action',
      ({ context }) => ['OpenAction', context.obj({ S: 'URI', URI: PDFString.of('http://example.org') })],
    ],
    [
      'something done on closing',
      'pdf-action',
      ({ context }) => ['AA', context.obj({ WC: { S: 'Named', N: 'Print' } })],
    ],
    ['a form sent away', 'pdf-action', ({ context }) => ['Extra', context.obj({ S: 'SubmitForm' })]],
    ['a packed file', 'pdf-attachment', ({ context }) => ['Names', context.obj({ EmbeddedFiles: { Names: [] } })]],
    ['a film', 'pdf-media', ({ context }) => ['Extra', context.obj({ Type: 'Annot', Subtype: 'RichMedia' })]],
    ['an XFA form', 'pdf-form', ({ context }) => ['AcroForm', context.obj({ Fields: [], XFA: PDFString.of('x') })]],
  ])('with %s is refused, in plain objects and in packed ones', async (_what, reason, catalog) => {
    expect(await take(withCatalog(catalog, false))).toBe(reason);
    expect(await take(withCatalog(catalog, true))).toBe(reason);
  });

  it('with a real attachment is refused', async () => {
    const document = await PDFDocument.create();
    document.addPage();
    await document.attach(Buffer.from('MZ'), 'run.exe', { mimeType: 'application/octet-stream' });
    expect(await take(document.save())).toBe('pdf-attachment');
  });

  it('is refused for what an older version of an object holds', async () => {
    const first = await withCatalog(({ context }) => ['OpenAction', context.obj(script)], false);
    const document = await PDFDocument.load(first);
    document.catalog.delete(PDFName.of('OpenAction'));
    const second = Buffer.concat([first, Buffer.from(await document.save({ useObjectStreams: false }))]);
    expect(await take(second)).toBe('pdf-script');
  });

  it('that is broken, cut off, or none at all is refused', async () => {
    const sent = await pdfOf(['one']);
    expect(await take(Buffer.from('%PDF-1.7\nthis is none\n%%EOF'))).toBe('pdf-unreadable');
    expect(await take(sent.subarray(0, 200))).toBe('pdf-unreadable');
  });

  it('with too many pages or objects is refused', async () => {
    const sent = await pdfOf(['one', 'two', 'three']);
    await expect(checkPdf(sent, { ...pdfLimits, pages: 3 })).resolves.toBe(3);
    await expect(checkPdf(sent, { ...pdfLimits, pages: 2 })).rejects.toMatchObject({ slug: 'pdf-too-much' });
    await expect(checkPdf(sent, { ...pdfLimits, objects: 5 })).rejects.toMatchObject({ slug: 'pdf-too-much' });
  });

  it('that takes too long is given up, and that unpacks to too much is not unpacked', async () => {
    await expect(checkPdf(await pdfOf(), { ...pdfLimits, wait: 1 })).rejects.toMatchObject({ slug: 'pdf-too-much' });
    const bomb = deflateSync(Buffer.alloc(pdfLimits.unpacked + 1));
    const head = `%PDF-1.5\n1 0 obj\n<< /Type /Obj#53tm /N 1 /First 4 /Filter /FlateDecode /Length ${bomb.length} >>\nstream\n`;
    const sent = Buffer.concat([Buffer.from(head), bomb, Buffer.from('\nendstream\nendobj\ntrailer << >>\n%%EOF')]);
    expect(await take(sent)).toBe('pdf-too-much');
  });
});

describe('the test string of virus scanners', () => {
  it('is refused wherever it stands: alone, behind a picture, in a PDF’s text, or packed in one', async () => {
    expect(await take(Buffer.from(eicar))).toBe('file-infected');
    expect(await take(Buffer.concat([await picture().jpeg().toBuffer(), Buffer.from(eicar)]))).toBe('file-infected');
    expect(await take(withStream(Buffer.from(eicar), ''))).toBe('file-infected');
    expect(await take(withStream(deflateSync(Buffer.from(`--${eicar}--`)), '/Filter /FlateDecode'))).toBe(
      'file-infected',
    );
    const hex = Buffer.from(`${deflateSync(Buffer.from(eicar)).toString('hex')}>`);
    expect(await take(withStream(hex, '/Filter [/ASCIIHexDecode /Fl]'))).toBe('file-infected');
    const wrapped = Buffer.from(`<~${toAscii85(Buffer.from(eicar))}~>`);
    expect(await take(withStream(wrapped, '/Filter /ASCII85Decode'))).toBe('file-infected');
  });
});

type Catalog = (document: PDFDocument) => [string, PDFObject];

/** A PDF of one page with one more entry in its catalogue. */
async function withCatalog(entry: Catalog, useObjectStreams = true): Promise<Buffer> {
  const document = await PDFDocument.create();
  document.addPage();
  const [key, value] = entry(document);
  document.catalog.set(PDFName.of(key), value);
  return Buffer.from(await document.save({ useObjectStreams }));
}

/** A PDF of one page with one stream more, as it is given. */
async function withStream(data: Buffer, extra: string): Promise<Buffer> {
  const page = await pdfOf(['one']);
  const object = Buffer.concat([
    Buffer.from(`\n900 0 obj\n<< /Length ${data.length} ${extra} >>\nstream\n`),
    data,
    Buffer.from('\nendstream\nendobj\n'),
  ]);
  const xref = page.lastIndexOf('xref\n0');
  return Buffer.concat([page.subarray(0, xref), object, page.subarray(xref)]);
}

function toAscii85(bytes: Buffer): string {
  const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  let text = '';
  for (let at = 0; at < padded.length; at += 4) {
    let value = padded.readUInt32BE(at);
    const digits: string[] = [];
    for (let digit = 0; digit < 5; digit++, value = Math.floor(value / 85))
      digits.unshift(String.fromCharCode(33 + (value % 85)));
    text += digits.join('');
  }
  return text.slice(0, text.length - (padded.length - bytes.length));
}
