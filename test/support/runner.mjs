import { createRunner } from 'jest-light-runner';

/**
 * Spec files of one worker share their modules: Jest's own runner would load the whole program, some 1,500 files, anew
 * for each of them, which takes longer than most specs do.
 */
export default createRunner({ runtime: 'child_process' });
