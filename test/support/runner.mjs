import { createRunner } from 'jest-light-runner';
import Tinypool from 'tinypool';

/**
 * Answers each worker by itself when it asks what it is to work with. The runner answers all workers as soon as one asks,
 * and none of them again: one that was not listening yet would wait for ever, and the whole run with it.
 */
const run = Tinypool.prototype.run;
Tinypool.prototype.run = function (task, options) {
  const all = options?.channel;
  if (!all) return run.call(this, task, options);
  let answer;
  const own = {
    onMessage: (listener) => (answer = listener),
    postMessage(message) {
      all.onMessage(answer);
      all.postMessage(message);
    },
  };
  return run.call(this, task, { ...options, channel: own });
};

/**
 * Spec files of one worker share their modules: Jest's own runner would load the whole program, some 1,500 files, anew
 * for each of them, which takes longer than most specs do.
 */
export default createRunner({ runtime: 'child_process' });
