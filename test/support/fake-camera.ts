import { qrModules } from '@carers/credentials';
import { writeFile } from 'node:fs/promises';

const width = 640;
const height = 480;

/**
 * A film in which a camera sees one QR code, for Chromium's `--use-file-for-fake-video-capture`. Grey on white, a
 * little off the middle, as in a hand.
 */
export async function filmOf(text: string, file: string): Promise<void> {
  await writeFilm(file, [pictureOf(text)], 10);
}

/** The same with one code after another, over and over: each for two seconds, and half a second of nothing between. */
export async function filmOfMany(texts: readonly string[], file: string): Promise<void> {
  const empty = frameOf(Buffer.alloc(width * height, 225));
  await writeFilm(
    file,
    texts.flatMap((text) => [...Array.from({ length: 8 }, () => pictureOf(text)), empty, empty]),
    4,
  );
}

function pictureOf(text: string): Buffer {
  const code = qrModules(text);
  const scale = Math.floor((height * 0.7) / (code.size + 2 * code.quietZone));
  const [left, top] = [width, height].map((room) => Math.floor((room - code.size * scale) / 2) + 9) as [number, number];
  const light = Buffer.alloc(width * height, 225);
  for (let row = 0; row < code.size * scale; row++) {
    for (let column = 0; column < code.size * scale; column++) {
      const dark = code.isDark(Math.floor(row / scale), Math.floor(column / scale));
      if (dark) light[(top + row) * width + left + column] = 45;
    }
  }
  return frameOf(light);
}

function frameOf(light: Buffer): Buffer {
  return Buffer.concat([Buffer.from('FRAME\n'), light, Buffer.alloc((width * height) / 2, 128)]);
}

async function writeFilm(file: string, frames: Buffer[], perSecond: number): Promise<void> {
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F${perSecond}:1 Ip A1:1 C420jpeg\n`);
  await writeFile(file, Buffer.concat([head, ...frames]));
}

/** What Chromium needs to take that film for its camera, and not to ask. */
export function cameraArgs(file: string): string[] {
  return [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${file}`,
  ];
}
