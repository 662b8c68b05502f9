import { makeParts } from './till/parts.js';
import { TillRun } from './till/till-run.js';

void makeParts().then((parts) => new TillRun(parts).start());
