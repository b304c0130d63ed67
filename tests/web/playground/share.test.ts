import { describe, expect, test } from 'vitest';
import { fromShareHash, toShareHash } from '../../../web/src/playground/share.ts';

describe('a link to a query', () => {
  test.each([
    ['a plain query', { query: '{ shop { name } }', variables: '' }],
    ['other scripts, quotes and lines', { query: 'query { a(b: "Ёж «Зима» 🙂")\n}', variables: '{"x": "</script>"}' }],
    ['nothing', { query: '', variables: '' }],
  ])('carries %s there and back, in letters that every address takes', (_name, shared) => {
    const hash = toShareHash(shared) ?? '';
    expect(hash).toMatch(/^#share=[\w-]*$/);
    expect(fromShareHash(hash)).toEqual(shared);
  });

  test('is not made where it would be cut', () => {
    expect(toShareHash({ query: 'x'.repeat(20_000), variables: '' })).toBeUndefined();
  });

  test.each([
    '',
    '#',
    '#share=',
    '#share=%%%',
    '#share=AAAA',
    '#other=eyJxdWVyeSI6IiJ9',
    `#share=${btoa('{"query":1,"variables":""}')}`,
    `#share=${btoa('[]')}`,
    `#share=${btoa('null')}`,
    `#share=${'A'.repeat(40_000)}`,
  ])('that somebody made (%#) is none', (hash) => {
    expect(fromShareHash(hash)).toBeUndefined();
  });
});
