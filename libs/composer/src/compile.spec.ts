import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { called, cake, coffee, emailFrame, morag, sourceOf } from './composer.fixture.js';
import { check, compile } from './compile.js';
import { emailOf } from './email/email.js';
import { CompositionFaults } from './faults.js';
import { textOf } from './text/text-message.js';

function faultsOf(markdown: string): string[] {
  return check(sourceOf({ markdown })).faults.map(({ line, key }) => `${line} ${key.replace('composer:faults.', '')}`);
}

function mailOf(markdown: string, person = morag) {
  return emailOf(compile(sourceOf({ markdown })), person, emailFrame);
}

describe('a text', () => {
  it.each([
    ['<b>bold</b>', '1 raw-html'],
    ['one\n\n<script>alert(1)</script>', '3 raw-html'],
    ['a <!-- comment -->', '1 raw-html'],
    ['| a | b |\n|---|---|\n| 1 | 2 |', '1 no-table'],
    ['`code`', '1 no-code'],
    ['~~gone~~', '1 no-strikethrough'],
    ['- [ ] to do', '1 no-checkbox'],
    ['    four blanks', '1 no-indented'],
    ['# One', '1 heading-first'],
    ['##### Five', '1 heading-deep'],
    ['- # Listed\n', '1 heading-in-list'],
    ['words\n\n## ', '3 heading-empty'],
    ['![](picture:7)', '1 picture-unknown'],
    ['![A cat](https://elsewhere.example/cat.jpg)', '1 picture-address'],
    ['![A cat](http://elsewhere.example/cat.jpg)', '1 picture-address'],
    ['Look: ![A cup](picture:1)', '1 picture-in-line'],
    ['[x](javascript:alert(1))', '1 link-unsafe'],
    ['[x](data:text/html,hello)', '1 link-unsafe'],
    ['[x](page.html)', '1 link-unsafe'],
    ['[x](//elsewhere.example)', '1 link-unsafe'],
    ['[x](https://user:secret@elsewhere.example)', '1 link-unsafe'],
    ['[ ](https://carers.example)', '1 link-empty'],
    ['::cake{1}', '1 directive-unknown'],
    [`Here is ::offer{${cake.id}}\n::offer{${cake.id}}`, '1 offer-alone'],
    ['Dear {{fristName}}', '1 field-misspelt'],
    ['Dear {{first_name}}', '1 field-misspelt'],
    ['Dear {{age}}', '1 field-unknown'],
    ['Dear {{firstName}', '1 field-unfinished'],
    ['Dear {firstName}', '1 field-misspelt'],
    ['[yours](https://carers.example/{{firstName}})', '1 field-in-link'],
    ['```event\ntitle: {{name}}\n```', '1 field-in-event'],
    ['```event\ntitle: Tea\ndate: 31 June 2027\nfrom: 10am\nplace: Poole\n```', '3 event-date'],
    ['```event\ntitle: Tea\ndate: 1 June 2027\nfrom: 25:00\nplace: Poole\n```', '4 event-time'],
    ['```event\ntitle: Tea\ndate: 1 June 2027\nfrom: 10am\nto: 9am\nplace: Poole\n```', '5 event-order'],
    ['```event\ntitle: Tea\nday: today\ndate: 1 June 2027\nfrom: 10am\nplace: Poole\n```', '3 event-line'],
    ['```js\n1\n```', '1 no-code'],
    ['', '1 text-missing'],
  ])('such as %j is not sent', (markdown, fault) => {
    expect(faultsOf(markdown)).toContain(fault);
  });

  it('says what a misspelt field may have meant', () => {
    const { faults } = check(sourceOf({ markdown: 'Dear {{Forename}}' }));
    expect(faults[0]!.params).toEqual({ typed: 'Forename', meant: 'firstName' });
  });

  it('goes down its headings one at a time', () => {
    expect(faultsOf('### Three')).toEqual(['null heading-skipped']);
    expect(faultsOf('## Two\n\n### Three\n\n#### Four\n\n## Two')).toEqual([]);
  });

  it('needs a description of each picture, its own or that of the upload', () => {
    expect(faultsOf('![](picture:1)')).toEqual([]);
    const [picture] = sourceOf().pictures;
    const { faults } = check(sourceOf({ markdown: '![](picture:1)', pictures: [{ ...picture!, alt: ' ' }] }));
    expect(faults.map(({ key }) => key)).toEqual(['composer:faults.picture-alt']);
  });

  it('leaves out an offer that is not listed any more, and says so', () => {
    const composed = compile(sourceOf({ markdown: `Hello\n\n::offer{${cake.id}}`, offers: [] }));
    expect(composed.notices.map(({ line, key }) => [line, key])).toEqual([[3, 'composer:notices.offer-unlisted']]);
    expect(emailOf(composed, morag, emailFrame).text).not.toContain('cake');
  });

  it('is warned of links whose words say nothing', () => {
    const composed = compile(sourceOf({ markdown: '[Click here](https://carers.example)' }));
    expect(composed.notices.map(({ key }) => key)).toEqual(['composer:notices.link-words']);
  });

  it('makes each event a calendar entry in London time that keeps its name', () => {
    const [file] = compile(sourceOf({ markdown: `${coffee}` })).calendars;
    const text = file!.bytes.toString();
    expect(text).toContain('DTSTART;TZID=Europe/London:20261205T103000');
    expect(text).toContain('DTEND;TZID=Europe/London:20261205T120000');
    expect(text).toContain('UID:b1-1@card.example');
    expect(text).toMatch(/BEGIN:VTIMEZONE[\s\S]*TZOFFSETTO:\+0100/);
    const changed = compile(sourceOf({ markdown: `Hello\n\n${coffee.replace('Coffee', 'Tea')}`, locale: 'cy' }));
    expect(changed.calendars[0]!.bytes.toString()).toContain('UID:b1-1@card.example');
  });

  it('becomes an e-mail with a text part from the same words', () => {
    const mail = mailOf(`Dear {{firstName}},\n\n## Come\n\n${coffee}\n\n![](picture:1)\n\n::offer{${cake.id}}`);
    expect(mail.subject).toBe('Winter news');
    expect(mail.html).toContain('<h2 style=');
    expect(mail.html).toContain('src="cid:picture-1@bulletin" alt="A cup of tea"');
    expect(mail.text).toContain('Dear Morag,');
    expect(mail.text).toContain('When: Saturday 5 December 2026, 10:30am to 12 noon');
    expect(mail.text).toContain('[Picture: A cup of tea]');
    for (const part of [mail.html, mail.text])
      expect([part.includes(morag.preferenceUrl), part.includes('BH15 2RU'), part.includes('said yes')]).toEqual([
        true,
        true,
        true,
      ]);
  });

  it('takes a name for letters, whatever it holds', () => {
    const name = '<img src=x onerror=alert(1)> **bold** [x](https://evil.example) {{name}}';
    const { html } = mailOf('Dear {{firstName}},', called(name));
    expect(html).toContain('&#60;img src=x onerror=alert(1)&#62; **bold** [x](https://evil.example) {{name}}');
    expect(html).not.toContain('<img src=x');
  });

  it('puts no line end of a name into a subject', () => {
    const composed = compile(sourceOf({ title: 'News for {{name}}' }));
    const { subject } = emailOf(composed, called('x', 'Eve\r\nBcc: all@example.com'), emailFrame);
    expect(subject).toBe('News for Eve Bcc: all@example.com');
  });

  it('links to nothing but the web by a field', () => {
    const composed = compile(sourceOf({ markdown: '[Yours]({{link}})', extraFields: ['link'] }));
    const { html } = emailOf(composed, { ...morag, values: { link: 'javascript:alert(1)' } }, emailFrame);
    expect(html).toContain('<a href="#"');
  });
});

/** Texts as somebody may write them who tries everything: signs of Markdown and HTML, fields, and any letters. */
const anyMarkdown = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom(
        '**',
        '_',
        '# ',
        '## ',
        '- ',
        '1. ',
        '> ',
        '\n',
        '\n\n',
        '    ',
        '```',
        '```event\n',
        '[',
        '](',
        ')',
        '![',
        '<b>',
        '</b>',
        '<!--',
        '&lt;',
        '{{',
        '}}',
        '{{firstName}}',
        '|',
        '---',
        'https://a.example',
        'picture:1',
        '::offer{',
        '~~',
        '`',
        '\\',
        '\ue000',
        '\u202e',
        '\u0000',
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

describe('any text', () => {
  it('is composed or has faults, and lets no HTML through', () => {
    fc.assert(
      fc.property(anyMarkdown, (markdown) => {
        let composed;
        try {
          composed = compile(sourceOf({ markdown }));
        } catch (error) {
          expect(error).toBeInstanceOf(CompositionFaults);
          expect((error as CompositionFaults).faults.length).toBeGreaterThan(0);
          return;
        }
        const { html } = emailOf(composed, morag, emailFrame);
        const inner = html.slice(html.indexOf('<h1'), html.indexOf('border-top:1px solid', html.indexOf('<h1')));
        const tags = [...inner.matchAll(/<\/?([a-z0-9!-]+)/gi)].map(([, tag]) => tag);
        const ours = 'h1 h2 h3 h4 p ul ol li strong em a br bdi blockquote hr img td tr'.split(' ');
        expect(tags.filter((tag) => !ours.includes(tag!))).toEqual([]);
        expect(inner).not.toMatch(/ on[a-z]+\s*=\s*"|href="(?!https?:|mailto:|tel:|#)/);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps its structure, whoever gets it', () => {
    const composed = compile(
      sourceOf({
        title: 'For {{name}}',
        markdown: `## Dear {{firstName}}\n\n- **{{name}}**\n\n[yours]({{preferences}})`,
      }),
    );
    const shape = (html: string) => html.match(/<[^>]*>/g)!.join('');
    const usual = shape(emailOf(composed, morag, emailFrame).html.replace(/<title>.*?<\/title>/s, ''));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
        const mail = emailOf(composed, called(name), emailFrame);
        expect(shape(mail.html.replace(/<title>.*?<\/title>/s, ''))).toBe(usual);
        expect(mail.subject).not.toMatch(/[\r\n]/);
        expect(mail.text.split('\n')).toHaveLength(emailOf(composed, morag, emailFrame).text.split('\n').length);
        expect(textOf(composed, called(name), emailFrame).text).not.toMatch(/[\r\n]/);
      }),
      { numRuns: 300 },
    );
  });
});
