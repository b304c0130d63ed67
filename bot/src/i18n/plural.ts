type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** A count with its noun in the right form; `#` in a form stands for the number as the language writes it. */
export function plural(languageTag: string, forms: Forms): (count: number) => string {
  const rules = new Intl.PluralRules(languageTag);
  const numbers = new Intl.NumberFormat(languageTag, { maximumFractionDigits: 0 });
  return (count) => (forms[rules.select(Math.round(count))] ?? forms.other).replace('#', numbers.format(count));
}
