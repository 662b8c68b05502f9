import { NotifyStandIn } from '../support/notify/stand-in.js';
import { SmtpSink } from '../support/smtp-sink.js';

/** What the sink tells whoever started it, when asked. */
export interface SinkFigures {
  mails: number;
  /** Of the addresses that it counts. */
  people: number;
  /** Messages beyond the first for one address. */
  second: number;
  texts: number;
  secondTexts: number;
}

/** Mail server and Notify of a bench, as a process of their own: they keep whom they got something for, not what. */
const people = new Set<string>();
let mails = 0;
let second = 0;
const sink = new SmtpSink();
sink.message = ({ to }) => {
  mails++;
  if (to.startsWith('person') && people.size === people.add(to).size) second++;
  sink.mails.length = 0;
  return null;
};
const notify = new NotifyStandIn();
const [smtpUrl, notifyUrl] = [await sink.open(), await notify.open()];
process.on('message', () => {
  const references = new Set(notify.taken.map(({ reference }) => reference));
  process.send!({
    mails,
    people: people.size,
    second,
    texts: notify.taken.length,
    secondTexts: notify.taken.length - references.size,
  } satisfies SinkFigures);
});
process.once('disconnect', () => process.exit());
process.send!({ smtpUrl, notifyUrl });
