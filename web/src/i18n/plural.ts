/** Forms of a noun by CLDR plural category; `other` always stands. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** A function that puts a count, written in the language's way, before the noun's right form. */
export function counted(language: string): (count: number, forms: PluralForms) => string {
  const rules = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language);
  return (count, forms) => `${number.format(count)}\u00a0${forms[rules.select(count)] ?? forms.other}`;
}
