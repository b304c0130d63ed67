import { randomUUID } from 'node:crypto';
import { keyOf } from '@cda/platform/graph/global-id.ts';
import { inLocale, type Locale, type LocalText } from '@cda/platform/text.ts';
import type { MutationResolvers } from '../generated/resolvers.ts';
import { loadMerges, loadMergesOnceProjected, stateMerges } from '../identity/merges.ts';

const mostAtOnce = 100;

const faults = {
  TOO_MANY: { en: `Name 1 to ${mostAtOnce} at once.`, ru: `Назовите от 1 до ${mostAtOnce} за раз.` },
  NOT_A_CUSTOMER: {
    en: 'This is no id of a customer: take it from the id field of Customer.',
    ru: 'Это не идентификатор покупателя: возьмите его из поля id типа Customer.',
  },
  CUSTOMER_NOT_FOUND: { en: 'There is no customer of this id.', ru: 'Покупателя с этим идентификатором нет.' },
  ALREADY_ONE: { en: 'These are one customer already.', ru: 'Это уже один покупатель.' },
  MERGE_NOT_FOUND: { en: 'There is no merge of this id.', ru: 'Объединения с этим идентификатором нет.' },
} satisfies Record<string, LocalText>;

const refuse = <Type extends 'InvalidInput' | 'NotFound'>(
  __typename: Type,
  code: keyof typeof faults,
  path: string,
  locale: Locale,
) => ({ __typename, code, path, message: inLocale(faults[code], locale) });

export const mergeCustomers: MutationResolvers['mergeCustomers'] = async (
  _parent,
  { input },
  { db, loaders, locale, identity },
) => {
  if (input.from.length < 1 || input.from.length > mostAtOnce) {
    return refuse('InvalidInput', 'TOO_MANY', 'input.from', locale);
  }
  const ids = [input.into, ...input.from];
  const pathOf = (index: number): string => (index === 0 ? 'input.into' : `input.from.${index - 1}`);
  const keys = ids.map((id) => keyOf('Customer', id));
  const wrong = keys.indexOf(undefined);
  if (wrong >= 0) return refuse('InvalidInput', 'NOT_A_CUSTOMER', pathOf(wrong), locale);
  // Customers, not keys, are merged: an id that belongs to a customer already stands for him.
  const customers = await loaders.customer.loadMany(keys as string[]);
  const canonical: string[] = [];
  for (const [index, customer] of customers.entries()) {
    if (customer instanceof Error) throw customer;
    if (customer === null) return refuse('NotFound', 'CUSTOMER_NOT_FOUND', pathOf(index), locale);
    if (canonical.includes(customer.customerKey)) {
      return refuse('InvalidInput', 'ALREADY_ONE', pathOf(index), locale);
    }
    canonical.push(customer.customerKey);
  }
  const [into, ...froms] = canonical;
  const merges = froms.map((fromKey) => ({ id: randomUUID(), fromKey, intoKey: into! }));
  await stateMerges(db, merges, { undone: false, by: identity.subject });
  const rows = await loadMergesOnceProjected(
    db,
    merges.map(({ id }) => id),
    false,
  );
  loaders.customer.clearAll();
  const customer = await loaders.customer.load(into!);
  return customer
    ? { __typename: 'MergedCustomers', customer, merges: rows }
    : refuse('NotFound', 'CUSTOMER_NOT_FOUND', 'input.into', locale);
};

export const unmergeCustomers: MutationResolvers['unmergeCustomers'] = async (
  _parent,
  { merges: ids },
  { db, loaders, locale, identity },
) => {
  if (ids.length < 1 || ids.length > mostAtOnce) return refuse('InvalidInput', 'TOO_MANY', 'merges', locale);
  const merges = await loadMerges(db, ids);
  const known = new Set(merges.map(({ id }) => id));
  const missing = ids.findIndex((id) => !known.has(id));
  if (missing >= 0) return refuse('NotFound', 'MERGE_NOT_FOUND', `merges.${missing}`, locale);
  await stateMerges(db, merges, { undone: true, by: identity.subject });
  const rows = await loadMergesOnceProjected(
    db,
    merges.map(({ id }) => id),
    true,
  );
  loaders.customer.clearAll();
  return { __typename: 'UnmergedCustomers', merges: rows };
};
