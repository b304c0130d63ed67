import { expect, test } from 'vitest';
import { countryCode } from '../../../../subgraphs/recommendations/src/serving/countries.ts';

test.each([
  ['DE', 'DE'],
  ['de', 'DE'],
  ['GERMANY', 'DE'],
  ['Германия', 'DE'],
  ['United Kingdom', 'GB'],
  ['United States', 'US'],
  ['Россия', 'RU'],
])('%s is the country %s', (told, code) => {
  expect(countryCode(told)).toBe(code);
});

test.each(['', 'Unspecified', 'EU', 'European Union', 'ZZ', 'SU', 'QQ', 'D', 'Deutschland'])(
  '%j is no country that is known',
  (told) => {
    expect(countryCode(told)).toBeNull();
  },
);
