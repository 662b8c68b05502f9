import type { Words } from '@carers/pages';
import type { SchemeInForce } from '@carers/places';
import { type Answers, hoursOfCaring, regionOf } from './answers.js';
import type { StepName } from './steps.js';

/** One line of a summary list (govuk-frontend). */
export interface SummaryRow {
  key: { text: string };
  value: { text: string } | { html: string };
  actions?: { items: { href: string; text: string; visuallyHiddenText: string }[] };
}

/** One line of the summary. */
type Line = StepName | 'hours-of-caring';

/** The answers as a person reads them, each with its question's name; with links to change them where wished. */
export function answerRows(
  answers: Answers,
  asked: readonly StepName[],
  words: Words,
  changeable: boolean,
): SummaryRow[] {
  return asked.flatMap(linesOf).flatMap(({ step, line }) => {
    const text = answerText(line, answers, words);
    if (text === null) return [];
    const key = words.t(`applications:${line}.short`);
    return [
      {
        key: { text: key },
        value: { text },
        ...(changeable && {
          actions: {
            items: [
              {
                href: `/apply/${step}?change=yes`,
                text: words.t('applications:check.change'),
                visuallyHiddenText: key.toLowerCase(),
              },
            ],
          },
        }),
      },
    ];
  });
}

/** What a question's page asks: most ask for one thing. */
function linesOf(step: StepName): { step: StepName; line: Line }[] {
  const own = { step, line: step };
  return step === 'looked-after' ? [own, { step, line: 'hours-of-caring' }] : [own];
}

function answerText(line: Line, answers: Answers, words: Words): string | null {
  const t = (rest: string, params?: Record<string, unknown>) => words.t(`applications:${rest}`, params);
  const { name, agreement, address, contact } = answers;
  switch (line) {
    case 'caring':
      return answers.caring ? t(`caring.${answers.caring}`) : null;
    case 'unpaid':
      return answers.unpaid ? t('unpaid.unpaid') : null;
    case 'area':
      return answers.lives ? t(`area.${answers.lives}`) : null;
    case 'name':
      return name ? `${name.first} ${name.last}` : null;
    case 'date-of-birth':
      return answers.birthDate ? words.longDate(answers.birthDate) : null;
    case 'agreement':
      return agreement
        ? [agreement.name, t(`agreement.relation.${agreement.relation}`), agreement.contact].join(', ')
        : null;
    case 'looked-after':
      return answers.lookedAfter ? answers.lookedAfter.map((each) => t(`looked-after.${each}`)).join(', ') : null;
    case 'hours-of-caring': {
      const hours = hoursOfCaring(answers);
      return hours === null ? null : words.t('cards:hours.about', { count: hours });
    }
    case 'address':
      return address ? [...address.lines, address.postcode].join(', ') : null;
    case 'cared-for':
      return answers.caredFor ? answers.caredFor.postcode : null;
    case 'contact':
      return contact ? words.t(`applications:contact.${contact.channel}`) : null;
    case 'contact-address':
      return contact ? [contact.email, contact.mobile].filter(Boolean).join(', ') : null;
    case 'carers-information':
      return consentText(answers, 'carers_information', words);
    case 'business-offers':
      return consentText(answers, 'business_offers', words);
  }
}

function consentText(answers: Answers, purpose: 'carers_information' | 'business_offers', words: Words): string | null {
  const given = answers.consents?.[purpose]?.answers;
  if (!given) return null;
  return given
    .map(({ channel, given: yes }) =>
      words.t(`applications:consent.${yes ? 'said-yes' : 'said-no'}`, {
        channel: words.t(`applications:consent.by.${channel}`),
      }),
    )
    .join(', ');
}

/** The region and carers service that an application belongs to, by name. */
export function servedBy(answers: Answers, scheme: SchemeInForce) {
  const region = scheme.regions.find(({ id }) => id === regionOf(answers));
  const service = scheme.carersServices.find(({ id }) => id === region?.carersServiceId);
  return { region: region?.name ?? '', service: service ?? null };
}
