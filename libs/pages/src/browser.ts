/** The browser's door: what code that is bundled for a browser may use, imported by its path. */
export { Formats, type DayOrInstant } from './formats.js';
