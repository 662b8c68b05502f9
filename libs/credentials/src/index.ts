export * from './browser.js';
export { formatSigningKeys, generateSigningKey, nodeSigner, NodeVerifyingKeys, parseSigningKeys } from './node-keys.js';
export { qrModules, qrPng, qrSvg, type QrModules } from './qr.js';
