import { qrModules } from '@carers/credentials';
import { writeFile } from 'node:fs/promises';

const width = 640;
const height = 480;

/**
 * A film in which a camera sees one QR code, for Chromium's `--use-file-for-fake-video-capture`. Grey on white, a
 * little off the middle, as in a hand.
 */
export async function filmOf(text: string, file: string): Promise<void> {
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
  const colour = Buffer.alloc((width * height) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), light, colour]);
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
  await writeFile(file, Buffer.concat([head, ...Array.from({ length: 10 }, () => frame)]));
}

/** What Chromium needs to take that film for its camera, and not to ask. */
export function cameraArgs(file: string): string[] {
  return [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${file}`,
  ];
}
