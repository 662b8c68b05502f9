/** What a browser would send for the first form of a page that has fields to fill in: everything as it is shown. */
export function filledIn(html: string): Record<string, string> {
  const form = [...html.matchAll(/<form[^>]*>[^]*?<\/form>/g)]
    .map(([text]) => text)
    .find((text) => /type="radio"/.test(text));
  const values: Record<string, string> = {};
  for (const [tag] of (form ?? '').matchAll(/<input[^>]*>/g)) {
    const attribute = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
    const type = attribute('type');
    const box = type === 'radio' || type === 'checkbox';
    const name = attribute('name');
    if (name === undefined || (box && !/ checked/.test(tag))) continue;
    values[name] = plain(attribute('value') ?? '');
  }
  return values;
}

function plain(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&#39;', "'").replaceAll('&#x3D;', '=').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'); // prettier-ignore
}
