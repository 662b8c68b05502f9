/** The browser's door: the whole engine is plain TypeScript, so it is the same as the server's. */
export * from './index.js';
