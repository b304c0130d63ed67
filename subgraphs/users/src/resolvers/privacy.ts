import {
  type Erasure,
  exportCustomer as exportKeys,
  loadErasure,
  verifyErasure as searchErased,
} from '@cda/platform/events/erase.ts';
import { keyOf } from '@cda/platform/graph/global-id.ts';
import { inLocale } from '@cda/platform/text.ts';
import type { ErasedPlace, ErasureReceipt, MutationResolvers, QueryResolvers } from '../generated/resolvers.ts';
import { erasePeople } from '../identity/erase-people.ts';
import { isUuid } from '../loaders/customer-list.ts';
import { loadKeysOfCustomers } from '../loaders/identity.ts';

const mostAtOnce = 500;
const patienceMs = 5_000;

/** The key in a customer's global id; undefined for ids of anything else. */
function customerKeyOf(id: string): string | undefined {
  const key = keyOf('Customer', id);
  return key !== undefined && /^[ua]:./.test(key) ? key : undefined;
}

const toPlaces = (counts: Record<string, number> | null): ErasedPlace[] =>
  Object.entries(counts ?? {})
    .filter(([, rows]) => rows > 0)
    .map(([place, rows]) => ({ __typename: 'ErasedPlace', place, rows }));

const toReceipt = ({ counts, ...erasure }: Erasure): ErasureReceipt & { __typename: 'ErasureReceipt' } => ({
  __typename: 'ErasureReceipt',
  id: erasure.id,
  mode: erasure.mode,
  afterwards: erasure.afterwards,
  people: erasure.people,
  begunAt: erasure.begunAt,
  finishedAt: erasure.finishedAt,
  places: toPlaces(counts),
});

export const eraseCustomers: MutationResolvers['eraseCustomers'] = async (
  _parent,
  { input },
  { db, locale, identity },
) => {
  const { ids, mode } = input;
  if (ids.length < 1 || ids.length > mostAtOnce) {
    const message = inLocale(
      { en: `Name 1 to ${mostAtOnce} customers at once.`, ru: `Назовите от 1 до ${mostAtOnce} покупателей за раз.` },
      locale,
    );
    return { __typename: 'InvalidInput', code: 'TOO_MANY', path: 'input.ids', message };
  }
  const keys = ids.map(customerKeyOf);
  const wrong = keys.indexOf(undefined);
  if (wrong >= 0) {
    const message = inLocale(
      {
        en: 'This is no id of a customer: take it from the id field of Customer.',
        ru: 'Это не идентификатор покупателя: возьмите его из поля id типа Customer.',
      },
      locale,
    );
    return { __typename: 'InvalidInput', code: 'NOT_A_CUSTOMER', path: `input.ids.${wrong}`, message };
  }
  const { id, finished } = await erasePeople(db, keys as string[], {
    mode,
    afterwards: input.afterwards ?? 'REFUSE',
    by: identity.subject,
  });
  // A long log takes its time; the receipt is good from the beginning.
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  await Promise.race([finished, patience]).finally(() => clearTimeout(timer));
  return toReceipt((await loadErasure(db, id))!);
};

export const verifyErasure: QueryResolvers['verifyErasure'] = async (_parent, { receipt }, { db }) => {
  const erasure = isUuid(receipt) ? await searchErased(db, receipt) : undefined;
  if (!erasure) return null;
  const found = toPlaces(erasure.found);
  return {
    receipt: toReceipt(erasure),
    complete: erasure.finishedAt !== null && found.length === 0 && erasure.rebuilding.length === 0,
    found,
    rebuilding: erasure.rebuilding,
  };
};

export const exportCustomer: QueryResolvers['exportCustomer'] = async (_parent, { id }, { db }) => {
  const key = customerKeyOf(id);
  if (key === undefined) return null;
  const [keys] = await loadKeysOfCustomers(db, [key]);
  const places = await exportKeys(db, keys!);
  const kept = Object.fromEntries(Object.entries(places).filter(([, rows]) => rows.length > 0));
  return Object.keys(kept).length === 0 ? null : { keys, places: kept };
};
