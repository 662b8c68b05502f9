/** The part of `qrcode` that makes the modules: no drawing, no Node. Its types describe the whole package only. */
declare module 'qrcode/lib/core/qrcode.js' {
  import type { create as createOfAll } from 'qrcode';

  export const create: typeof createOfAll;
}
