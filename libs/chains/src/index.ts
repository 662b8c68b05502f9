export { type ArrangedOffer, Arrangements } from './arrangements.js';
export { chainsEntities, ChainsJobsModule, ChainsModule, ChainsWebModule } from './chains.module.js';
export {
  NoTillCode,
  NotAChain,
  SettlementHeadingsMissing,
  SettlementNotFound,
  TooManyCodes,
} from './chains.problems.js';
export { CodePools, type PoolReport } from './code-pools.js';
export { type Column, columns, type ColumnOptions, type Unit } from './settlement/columns.js';
export {
  type SettlementReport,
  type UnmatchedLine,
  type UnmatchedReason,
  unmatchedReasons,
} from './settlement/report.js';
export { SettlementImport } from './settlement/settlement-import.entity.js';
export { type SettlementOptions, Settlements } from './settlement/settlements.js';
export { StoreNumbers } from './store-numbers.js';
export { type ArrangementKind, TillArrangement } from './till-arrangement.entity.js';
export { TillBarcode } from './till-barcode.entity.js';
export { TillCode, type Symbology } from './till-code.entity.js';
export { TillCodes, type TillCodesView } from './till-codes.js';
