export { Chance, SeededChance, SystemChance } from './chance.js';
export { Clock, SetClock, SystemClock } from './clock.js';
export { Ids, isUuid } from './ids.js';
export {
  addDays,
  addMonths,
  addYears,
  ageOn,
  dateInLondon,
  daysBetween,
  isLocalDate,
  localDate,
  type LocalDate,
} from './local-date.js';
export { InvalidInput, Problem, type FieldError, type ProblemKind, type ProblemParams } from './problem.js';
export { groupedCode, newPrintedCode, readPrintedCode } from './printed-code.js';
export { projectRoot } from './project-root.js';
export { isCleanText, line, optionalLine, optionalParagraphs, type TextRule } from './text.js';
export { idToken, readIdToken } from './id-token.js';
export { whenUsed } from './when-used.js';
