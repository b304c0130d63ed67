import type { Random } from '@cda/platform/ml/random.ts';
import { faker as english } from '@faker-js/faker/locale/en';
import { faker as russian } from '@faker-js/faker/locale/ru';
import { drawIndex, pick } from './sampling.ts';
import { streamSeed } from './streams.ts';

export type Language = 'en' | 'ru';

export interface Name {
  first: string;
  last: string;
  gender: 'female' | 'male';
}

export interface Home {
  country: string;
  city: string;
  locale: string;
}

/**
 * Names for `languages`, one each. The generator of names keeps its state in the module, so it is seeded here and used at
 * once; it knows nothing of the other streams.
 */
export function drawNames(seed: number, languages: readonly Language[]): Name[] {
  english.seed(streamSeed(seed, 'names', 1) >>> 0);
  russian.seed(streamSeed(seed, 'names', 2) >>> 0);
  return languages.map((language, i) => {
    const gender = i % 9 < 5 ? 'female' : 'male';
    const { person } = language === 'en' ? english : russian;
    return { first: person.firstName(gender), last: person.lastName(gender), gender };
  });
}

interface Country {
  code: string;
  weight: number;
  locale: string;
  cities: readonly string[];
}

const countries: Record<Language, readonly Country[]> = {
  en: [
    { code: 'DE', weight: 46, locale: 'en-DE', cities: ['Berlin', 'Hamburg', 'Munich', 'Cologne', 'Leipzig'] },
    { code: 'AT', weight: 12, locale: 'en-AT', cities: ['Vienna', 'Graz', 'Linz'] },
    { code: 'NL', weight: 14, locale: 'en-NL', cities: ['Amsterdam', 'Rotterdam', 'Utrecht'] },
    { code: 'IE', weight: 14, locale: 'en-IE', cities: ['Dublin', 'Cork', 'Galway'] },
    { code: 'FR', weight: 14, locale: 'en-FR', cities: ['Paris', 'Lyon', 'Strasbourg'] },
  ],
  ru: [
    { code: 'DE', weight: 35, locale: 'ru-DE', cities: ['Берлин', 'Гамбург', 'Дюссельдорф'] },
    { code: 'LV', weight: 22, locale: 'ru-LV', cities: ['Рига', 'Даугавпилс'] },
    { code: 'EE', weight: 18, locale: 'ru-EE', cities: ['Таллин', 'Нарва'] },
    { code: 'KZ', weight: 25, locale: 'ru-KZ', cities: ['Алматы', 'Астана', 'Караганда'] },
  ],
};

/** A country, a city and a locale for a speaker of the language. */
export function drawHome(random: Random, language: Language): Home {
  const list = countries[language];
  const country =
    list[
      drawIndex(
        random,
        list.map(({ weight }) => weight),
      )
    ]!;
  return { country: country.code, city: pick(random, country.cities), locale: country.locale };
}

const latin: Record<string, string> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ё: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  й: 'y',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'kh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'sch',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
};

/** An address in a domain that is reserved for examples; the number keeps namesakes apart. */
export function emailOf(name: Name, number: number): string {
  const plain = `${name.first}.${name.last}`.toLowerCase().replace(/[а-яё]/g, (letter) => latin[letter] ?? '');
  return `${plain.replace(/[^a-z.]/g, '')}.${number}@example.com`;
}
