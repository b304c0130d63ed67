import { dayOf, startOfDay } from '../../format/zoned-day.ts';
import type { MerchandisingRuleInput, Placement, RuleActionKind, RuleFragment } from '../../generated/graphql.ts';
import { addDays } from '../../period/period.ts';

/** A rule as a form holds it: what is typed, as it is typed. */
export interface RuleDraft {
  name: string;
  action: RuleActionKind;
  placements: readonly Placement[];
  products: readonly { id: string; name: string }[];
  category: string;
  brand: string;
  priceFrom: string;
  priceTo: string;
  /** In per cent of the price. */
  marginFrom: string;
  marginTo: string;
  stockFrom: string;
  slot: string;
  factor: string;
  count: string;
  of: string;
  perCategory: boolean;
  priority: string;
  enabled: boolean;
  /** First and last day, both counted; empty for no bound. */
  firstDay: string;
  lastDay: string;
}

export const newDraft: RuleDraft = {
  name: '',
  action: 'BOOST',
  placements: [],
  products: [],
  category: '',
  brand: '',
  priceFrom: '',
  priceTo: '',
  marginFrom: '',
  marginTo: '',
  stockFrom: '',
  slot: '1',
  factor: '2',
  count: '2',
  of: '10',
  perCategory: false,
  priority: '0',
  enabled: true,
  firstDay: '',
  lastDay: '',
};

/** What amounts and days are written in. */
export interface DraftUnits {
  /** Digits after the point of the shop's currency. */
  digits: number;
  timeZone: string;
}

const text = (value: number | null | undefined): string | undefined => (value == null ? undefined : String(value));

/** A kept rule, ready to be changed. */
export function toDraft(rule: RuleFragment, { digits, timeZone }: DraftUnits): RuleDraft {
  const { match } = rule;
  const amount = (minor: number | null | undefined) => (minor == null ? '' : (minor / 10 ** digits).toFixed(digits));
  // 0.29 × 100 is not quite 29.
  const percent = (part: number | null | undefined) => (part == null ? '' : String(Number((part * 100).toFixed(6))));
  return {
    name: rule.name,
    action: rule.action,
    placements: rule.placements,
    products: match.products ?? [],
    category: match.category ?? '',
    brand: match.brand ?? '',
    priceFrom: amount(match.priceFromMinor),
    priceTo: amount(match.priceToMinor),
    marginFrom: percent(match.marginFrom),
    marginTo: percent(match.marginTo),
    stockFrom: text(match.stockFrom) ?? '',
    slot: text(rule.slot) ?? newDraft.slot,
    factor: text(rule.factor) ?? newDraft.factor,
    count: text(rule.count) ?? newDraft.count,
    of: text(rule.of) ?? newDraft.of,
    perCategory: rule.perCategory ?? false,
    priority: String(rule.priority),
    enabled: rule.enabled,
    firstDay: rule.startsAt ? dayOf(rule.startsAt, timeZone) : '',
    lastDay: rule.endsAt ? dayOf(new Date(Date.parse(rule.endsAt) - 1).toISOString(), timeZone) : '',
  };
}

/** What the graph is to keep. A number that is none is sent as null: the graph says what has to stand there. */
export function toInput(draft: RuleDraft, { digits, timeZone }: DraftUnits): MerchandisingRuleInput {
  const { action } = draft;
  const number = (typed: string): number | null => {
    const value = Number(typed.replace(',', '.'));
    return typed.trim() === '' || !Number.isFinite(value) ? null : value;
  };
  const whole = (typed: string): number | null => {
    const value = number(typed);
    return value === null ? null : Math.round(value);
  };
  const minor = (typed: string): number | null => {
    const value = number(typed);
    return value === null ? null : Math.round(value * 10 ** digits);
  };
  const share = (typed: string): number | null => {
    const value = number(typed);
    return value === null ? null : value / 100;
  };
  const limits = action === 'AT_MOST' || action === 'AT_LEAST';
  return {
    name: draft.name,
    action,
    placements: [...draft.placements],
    match: {
      products: draft.products.length > 0 ? draft.products.map(({ id }) => id) : null,
      category: draft.category.trim() || null,
      brand: draft.brand.trim() || null,
      priceFromMinor: minor(draft.priceFrom),
      priceToMinor: minor(draft.priceTo),
      marginFrom: share(draft.marginFrom),
      marginTo: share(draft.marginTo),
      stockFrom: whole(draft.stockFrom),
    },
    slot: action === 'PIN' ? whole(draft.slot) : null,
    factor: action === 'BOOST' ? number(draft.factor) : null,
    count: limits ? whole(draft.count) : null,
    of: limits ? whole(draft.of) : null,
    perCategory: action === 'AT_MOST' && draft.perCategory,
    priority: whole(draft.priority) ?? 0,
    enabled: draft.enabled,
    startsAt: draft.firstDay ? startOfDay(draft.firstDay, timeZone) : null,
    endsAt: draft.lastDay ? startOfDay(addDays(draft.lastDay, 1), timeZone) : null,
  };
}

/** Whether a rule is enabled, but its days are over or to come, by the shop's clock. */
export function offDays({ startsAt, endsAt }: RuleFragment, now: string): 'over' | 'to-come' | null {
  if (endsAt && Date.parse(endsAt) <= Date.parse(now)) return 'over';
  return startsAt && Date.parse(startsAt) > Date.parse(now) ? 'to-come' : null;
}
