import { describe, expect, it } from '@jest/globals';
import { demoSchemeInForce } from './demo-scheme.fixture.js';
import { faultOfMark } from './mark.js';

const around = (inner: string) => `<svg viewBox="0 0 8 8">${inner}</svg>`;

describe('a mark', () => {
  it('may be plain shapes in groups', async () => {
    expect(
      faultOfMark(around('<g fill="#fff"><circle cx="1" cy="1" r="1"/>\n<path d="M0 0h1z"></path></g>')),
    ).toBeNull();
    expect(faultOfMark((await demoSchemeInForce()).brand.mark)).toBeNull();
  });

  it.each([
    ['a script', around('<script>alert(1)</script>')],
    ['a handler', around('<path d="M0 0" onload="alert(1)"/>')],
    ['a style', around('<path style="fill:red"/>')],
    ['a style sheet', around('<style>*{}</style>')],
    ['a link', around('<a href="https://example.org"><path d="M0 0"/></a>')],
    ['a reference', around('<use href="#x"/>')],
    ['a picture from elsewhere', around('<image href="https://example.org/x.png"/>')],
    ['a paint from elsewhere', around('<path fill="url(#p)"/>')],
    ['other markup', around('<foreignObject><p>hello</p></foreignObject>')],
    ['text', around('hello')],
    ['a comment', around('<!-- x -->')],
    ['an entity', around('<path d="&#x4d;"/>')],
    ['an attribute in single quotes', around("<path d='M0 0'/>")],
    ['another namespace', '<svg xmlns="http://example.org/" viewBox="0 0 8 8"/>'],
    ['an element left open', '<svg viewBox="0 0 8 8"><g></svg>'],
    ['two drawings', around('') + around('')],
    ['no drawing', '<path d="M0 0"/>'],
    ['nothing', ''],
    ['no view box', '<svg><path d="M0 0"/></svg>'],
    ['far too much', around(`<path d="${'M0 0'.repeat(3000)}"/>`)],
  ])('may not be or hold %s', (_what, svg) => {
    expect(faultOfMark(svg)).toEqual(expect.any(String));
  });
});
