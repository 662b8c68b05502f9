export { code128Bars, code128Svg, ean13Bars, ean13Svg, isEan13, type BarcodeOptions, type Bars } from './barcodes.js';
export { signJws, verifyJws } from './compact-jws.js';
export { qrModules, qrSvg, type QrModules } from './browser-qr.js';
export * from './browser.js';
export { formatSigningKeys, generateSigningKey, nodeSigner, NodeVerifyingKeys, parseSigningKeys } from './node-keys.js';
export { isFreshCode, rotatingCodeSync } from './node-rotating-code.js';
export { signStatusChanges, signStatusList, type StatusListContent } from './node-status-list.js';
export { qrPng } from './qr.js';
export { packStatuses } from './status-bits.js';
