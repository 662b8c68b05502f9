const { existsSync } = require('node:fs');
const { join, resolve } = require('node:path');

const root = join(__dirname, '..', '..');

/** Jest's resolver, which also knows our two conventions: `@carers/<lib>` is its door, and `./x.js` is `./x.ts`. */
module.exports = (request, options) => {
  const lib = /^@carers\/([a-z-]+)$/.exec(request);
  if (lib) return join(root, 'libs', lib[1], 'src', 'index.ts');
  if (/^\.{1,2}\/.*\.js$/.test(request) && !options.basedir.includes('/node_modules/')) {
    const source = resolve(options.basedir, request.replace(/\.js$/, '.ts'));
    if (existsSync(source)) return source;
  }
  return options.defaultResolver(request, options);
};
