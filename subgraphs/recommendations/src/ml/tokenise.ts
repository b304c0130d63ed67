const words = /[\p{L}\p{N}]+/gu;

/** Words that tell nothing about a product, in both languages. */
const stopWords = new Set(
  'a an and are as at by for from in into is it its of on or per set the this to with без в во для до его ее за и из или к как на не о от по под при с со у это'.split(
    ' ',
  ),
);

/** Endings of Russian adjectives and nouns by case and number, longest first. */
const russianEndings =
  /(?:иями|ями|ами|иях|ого|его|ому|ему|ыми|ими|ией|ях|ах|ия|ие|ий|ый|ой|ая|яя|ое|ее|ые|ую|юю|ов|ев|ей|ам|ям|ом|ем|ым|им|ых|их|а|я|о|е|и|ы|у|ю|ь|й)$/u;

/**
 * Words of a text in lower case, with plural and case endings taken off roughly, so that "candles" meets "candle" and
 * «свечи» meets «свеча». Single letters and stop words are left out. O(length).
 */
export function tokenise(text: string): string[] {
  const tokens: string[] = [];
  for (const [word] of text.normalize('NFKC').toLowerCase().replaceAll('ё', 'е').matchAll(words)) {
    if (stopWords.has(word)) continue;
    const stem = /\p{Script=Cyrillic}/u.test(word) ? stemRussian(word) : stemEnglish(word);
    if (stem.length > 1) tokens.push(stem);
  }
  return tokens;
}

function stemRussian(word: string): string {
  const stem = word.replace(russianEndings, '');
  return stem.length >= 3 ? stem : word;
}

function stemEnglish(word: string): string {
  if (word.length <= 3 || /(?:ss|us|is)$/.test(word)) return word;
  if (/(?:ches|shes|xes|sses)$/.test(word)) return word.slice(0, -2);
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  return word.endsWith('s') ? word.slice(0, -1) : word;
}
