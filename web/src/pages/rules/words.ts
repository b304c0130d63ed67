import type { Formats } from '../../format/formats.ts';
import type { RuleFragment } from '../../generated/graphql.ts';
import type { Messages } from '../../i18n/en.ts';

/** Which products a rule is about, in words. */
function matchWords(t: Messages, formats: Formats, { match }: RuleFragment): string {
  const { products, category, brand, priceFromMinor: from, priceToMinor: to, marginFrom, marginTo, stockFrom } = match;
  const parts = [
    products && products.length > 0
      ? products.length > 3
        ? t.rules.someProducts(products.length)
        : products.map(({ name }) => `“${name}”`).join(', ')
      : null,
    category ? t.rules.ofCategory(category) : null,
    brand ? t.rules.ofBrand(brand) : null,
    from != null ? t.rules.fromPrice(formats.minor(from)) : null,
    to != null ? t.rules.toPrice(formats.minor(to)) : null,
    marginFrom != null ? t.rules.fromMargin(formats.percent(marginFrom)) : null,
    marginTo != null ? t.rules.toMargin(formats.percent(marginTo)) : null,
    stockFrom != null ? t.rules.fromStock(formats.count(stockFrom)) : null,
  ].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(', ') : t.rules.everything;
}

/** What a rule does, as one sentence. */
export function ruleWords(t: Messages, formats: Formats, rule: RuleFragment): string {
  const what = matchWords(t, formats, rule);
  const { sentences } = t.rules;
  const number = (value: number | null | undefined) => formats.decimal(value ?? 0, 2);
  switch (rule.action) {
    case 'BOOST':
      return (rule.factor ?? 1) >= 1
        ? sentences.raise(what, number(rule.factor))
        : sentences.bury(what, number(rule.factor));
    case 'PIN':
      return sentences.pin(what, number(rule.slot));
    case 'EXCLUDE':
      return sentences.exclude(what);
    case 'ONLY':
      return sentences.only(what);
    case 'AT_MOST':
      return (rule.perCategory ? sentences.atMostEach : sentences.atMost)(what, number(rule.count), number(rule.of));
    case 'AT_LEAST':
      return sentences.atLeast(what, number(rule.count), number(rule.of));
    case 'ALLOW_OWNED':
      return sentences.allowOwned(what);
  }
}
