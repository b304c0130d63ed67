import { createHash } from 'node:crypto';

/**
 * A list that an experiment made says so in its id, behind what every list's id says (`serving/list.ts`), so that events which carry
 * the id need nothing else to be joined:
 *
 * - one variant's list: `PLACEMENT.PIPELINE.version.uuid.experiment.variant`
 * - two ways drafted into one list: `….uuid.experiment.A….B…`, with three hexadecimal digits for each product of a side
 */
const experimentPart = '[a-z0-9][a-z0-9-]{1,39}';
const variantPart = '[a-z0-9][a-z0-9-]{0,19}';
const codes = '([0-9a-f]{3})*';

/** What may follow in an id of a list that an experiment made, as a regular expression of PostgreSQL. */
export const experimentSuffix = `[.]${experimentPart}([.]${variantPart}|[.]A${codes}[.]B${codes})`;

const before = '^[A-Z_]+[.][A-Z_]+[.][0-9]{1,9}[.][0-9a-f-]{36}';

/** Side of a product in a list of two sides. */
export type Side = 'A' | 'B';

const codeOf = (productId: string): string => createHash('md5').update(productId).digest('hex').slice(0, 3);

/** The end of the id of a list that shows one variant. */
export const variantSuffix = (experiment: string, variant: string): string => `.${experiment}.${variant}`;

/**
 * The end of the id of a list of two sides. A product that shares its three digits with one of the other side (one
 * list of ten products in about 160 holds such) is credited to nobody.
 */
export function sidesSuffix(experiment: string, items: readonly { productId: string; side: Side }[]): string {
  const codesOf = (side: Side): string =>
    items
      .filter((item) => item.side === side)
      .map(({ productId }) => codeOf(productId))
      .join('');
  return `.${experiment}.A${codesOf('A')}.B${codesOf('B')}`;
}

/** SQL: the experiment of a list by its id; null for all other lists. */
export const experimentOfList = (list: string): string =>
  `CASE WHEN ${list} ~ '${before}${experimentSuffix}$' THEN split_part(${list}, '.', 5) END`;

/** SQL: the variant that a list shows, `*` for one of two sides; null for lists without experiment. */
export const variantOfList = (list: string): string =>
  `CASE WHEN ${list} ~ '${before}[.]${experimentPart}[.]${variantPart}$' THEN split_part(${list}, '.', 6)
     WHEN ${list} ~ '${before}[.]${experimentPart}[.]A${codes}[.]B${codes}$' THEN '*' END`;

/** SQL: the side that drafted a product into a list; null where the list has no sides, or both could be meant. */
export const creditedSide = (list: string, product: string): string => {
  const isOn = (side: Side): string =>
    `${list} ~ ('[.]${side}${codes}' || substr(md5(${product}), 1, 3) || '${codes}${side === 'A' ? '[.]B' : '$'}')`;
  return `CASE WHEN ${variantOfList(list)} = '*' THEN CASE WHEN ${isOn('A')} THEN CASE WHEN ${isOn('B')} THEN NULL ELSE 'A' END
       WHEN ${isOn('B')} THEN 'B' END END`;
};
