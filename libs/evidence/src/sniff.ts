import { FileRefused, type RefusalReason } from './evidence.problems.js';

/** What is taken. Each is known by its bytes, whatever the file is called. */
export type TakenType = 'application/pdf' | 'image/jpeg' | 'image/png' | 'image/webp';

const taken: Readonly<Record<string, TakenType>> = {
  'application/pdf': 'application/pdf',
  'image/jpeg': 'image/jpeg',
  'image/png': 'image/png',
  'image/apng': 'image/png',
  'image/webp': 'image/webp',
};

const refused: readonly [RefusalReason, RegExp][] = [
  ['file-is-heic', /^image\/(hei[cf](-sequence)?|avif)$/],
  ['file-is-drawing', /^image\/svg/],
  ['file-is-office', /officedocument|opendocument|ms-office|msword|ms-excel|ms-powerpoint|x-cfb|rtf|iwork|epub/],
  ['file-is-archive', /zip|x-(tar|rar|7z|xz|bzip|lzip|compress|lz4|ar|cpio)|vnd\.rar|gzip|zstd/],
  ['file-is-program', /x-(msdownload|elf|mach-binary|sh|shockwave|apple-diskimage|deb|rpm)|wasm|java|android|bat$/],
];

/**
 * The type of a file by its content.
 *
 * @throws FileRefused where it is none that is taken, with the reason that helps most
 */
export async function sniff(bytes: Uint8Array): Promise<TakenType> {
  if (bytes.length === 0) throw new FileRefused('file-empty');
  const { fileTypeFromBuffer } = await import('file-type');
  const found = (await fileTypeFromBuffer(bytes).catch(() => undefined))?.mime as string | undefined;
  const type = found === undefined ? undefined : taken[found];
  if (type) return type;
  throw new FileRefused(reasonOf(found, bytes));
}

function reasonOf(found: string | undefined, bytes: Uint8Array): RefusalReason {
  const start = Buffer.from(bytes.subarray(0, 1024)).toString('latin1').trimStart();
  // Drawings and scripts are text, which has no signature of its own.
  if (/<svg[\s/>]/i.test(start)) return 'file-is-drawing';
  if (start.startsWith('#!')) return 'file-is-program';
  // Old phones write a brand of the HEIF family that the library does not name.
  if (/^....ftyp(hei|hev|mif1|msf1|avi[fs])/s.test(start)) return 'file-is-heic';
  return refused.find(([, pattern]) => found && pattern.test(found))?.[0] ?? 'file-type-not-taken';
}
