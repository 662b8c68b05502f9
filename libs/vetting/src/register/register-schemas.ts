import { z } from 'zod';

const held = z.object({
  programme: z.string().describe('Slug of the programme'),
  title: z.string(),
  since: z.string().describe('First day'),
  until: z.string().describe('The last day on which it holds by itself; renewing moves it'),
});

const line = z.object({
  slug: z.string(),
  name: z.string(),
  category: z.string().describe('Slug of the category'),
  towns: z.array(z.string()).describe('Where it is based, five at most'),
  accreditations: z.array(held),
  url: z.url(),
});

const part = held.extend({
  status: z.enum(['accredited', 'suspended', 'not_current', 'ended']),
  endedOn: z.string().nullable().describe('The first day on which it was no longer accredited; null while it is'),
  conditions: z.string().nullable(),
  checks: z
    .array(
      z.object({
        title: z.string(),
        checkedOn: z.string(),
        until: z.string().nullable().describe('The last day on which the check counts; null where it always does'),
        byScheme: z.string().nullable().describe('The outside scheme whose membership was accepted instead'),
      }),
    )
    .describe('What was looked at and found right. Empty unless it is accredited'),
  sanctions: z
    .array(z.object({ kind: z.enum(['suspension', 'removal']), on: z.string() }))
    .describe('In force now; reasons are not published'),
  outsideSchemes: z.array(z.object({ title: z.string(), number: z.string(), lookUp: z.url(), checkedOn: z.string() })),
});

const example = {
  slug: 'marsh-plumbing',
  name: 'Marsh Plumbing',
  category: 'home-and-garden',
  towns: ['Poole'],
  accreditations: [{ programme: 'trader-vetting', title: 'Trader vetting', since: '2026-11-02', until: '2027-03-01' }],
  url: 'https://card.example/register/marsh-plumbing',
};

export const RegisterPageAnswer = z
  .object({ data: z.array(line), next: z.string().nullable() })
  .meta({ id: 'RegisterPage', examples: [{ data: [example], next: null }] });

export const RegisterAnswer = z
  .object({
    slug: z.string(),
    name: z.string(),
    category: z.string(),
    towns: z.array(z.string()),
    accreditations: z.array(part),
    badge: z.url(),
    url: z.url(),
  })
  .meta({
    id: 'RegisteredBusiness',
    examples: [
      {
        ...example,
        accreditations: [
          {
            ...example.accreditations[0]!,
            status: 'accredited',
            endedOn: null,
            conditions: null,
            checks: [
              { title: 'Public liability insurance', checkedOn: '2026-10-28', until: '2027-03-01', byScheme: null },
            ],
            sanctions: [],
            outsideSchemes: [],
          },
        ],
        badge: 'https://card.example/register/marsh-plumbing/badge.svg',
      },
    ],
  });
