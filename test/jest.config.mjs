/** @type {import('jest').Config} */
export default {
  rootDir: '..',
  runner: '<rootDir>/test/support/runner.mjs',
  testMatch: ['<rootDir>/{apps,libs,migrations,test}/**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/\\.data/'],
  setupFiles: ['<rootDir>/test/support/in-worker.mjs'],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  testSequencer: '<rootDir>/test/support/sequencer.cjs',
  reporters: ['default', '<rootDir>/test/support/last-line-reporter.mjs'],
  maxWorkers: 2,
};
