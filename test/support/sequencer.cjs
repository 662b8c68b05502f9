const { default: Sequencer } = require(require.resolve('@jest/test-sequencer', { paths: [require.resolve('jest-cli', { paths: [require.resolve('jest')] })] })); // prettier-ignore

/** Specs that take longest, longest first. */
const slow = [
  'test/browser/pages',
  'test/browser/till',
  'test/browser/journeys',
  'test/start/start',
  'test/browser/applications',
  'test/http/routes',
  'test/http/words',
  'test/start/cli',
  'test/http/headers',
  'test/browser/',
  'test/http/',
];

/** In a fresh clone Jest does not know what is slow, and would end a run with one worker at the longest file. */
module.exports = class SlowFirst extends Sequencer {
  async sort(tests) {
    const rank = ({ path }) => {
      const at = slow.findIndex((name) => path.replaceAll('\\', '/').includes(`/${name}`));
      return at < 0 ? slow.length : at;
    };
    // Stable: among those of one rank Jest's own order stays.
    return [...(await super.sort(tests))].sort((a, b) => rank(a) - rank(b));
  }
};
