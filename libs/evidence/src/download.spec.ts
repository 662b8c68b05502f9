import { describe, expect, it } from '@jest/globals';
import { attachment } from './download.js';

describe('the name of a download', () => {
  it.each([
    ['Insurance 2026.pdf', `attachment; filename="Insurance 2026.pdf"; filename*=UTF-8''Insurance%202026.pdf`],
    ['Zoë’s (new).PDF', `attachment; filename="Zoes (new).pdf"; filename*=UTF-8''Zo%C3%AB%E2%80%99s%20%28new%29.pdf`],
    ['a";\r\nX-Evil: 1.exe', `attachment; filename="aX-Evil 1.pdf"; filename*=UTF-8''a%22%3B%0D%0AX-Evil%3A%201.pdf`],
    ['保険', `attachment; filename="file.pdf"; filename*=UTF-8''%E4%BF%9D%E9%99%BA.pdf`],
  ])('says %s in a header safely, and ends as the type does', (name, header) => {
    expect(attachment(name, 'pdf')).toBe(header);
  });
});
