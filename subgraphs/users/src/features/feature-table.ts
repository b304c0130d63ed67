import { copyOut, readDouble, readReal, readText } from '@cda/platform/database/copy-out.ts';
import type { ClientBase, Pool } from 'pg';
import { type FeatureName, type FeatureScope, featuresSqlFor } from './customer-features.ts';
import { GrowingColumn, shareJoined } from './growing-column.ts';
import type { SharedSnapshot } from './shared-snapshot.ts';

/** Features of n customers. */
export interface FeatureTable<Values extends Float64Array | Float32Array> {
  keys: string[];
  /** n × features, row-major. */
  values: Values;
}

/** A moment as a literal: COPY takes no parameters. */
export const momentLiteral = (moment: Date): string => `'${moment.toISOString()}'::timestamptz`;

/** Customers with an order, about: what the projection counts. */
export async function countBuyers(db: Pool): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    "SELECT count(*) AS n FROM users.customer WHERE order_count > 0 AND starts_with(customer_key, 'u:')",
  );
  return rows[0]!.n;
}

/**
 * Loads features of all customers with an order before a moment, numbers straight from the wire into typed arrays. Customers come by
 * the bytes of their keys within each reader's share of them, the same in every table that is read by as many readers.
 * O(customers · features); single precision takes half the memory.
 */
export async function loadFeatureTable<Values extends Float64Array | Float32Array>(
  { readers }: SharedSnapshot,
  names: readonly FeatureName[],
  moment: Date,
  type: { new (buffer: SharedArrayBuffer | number): Values; BYTES_PER_ELEMENT: number },
): Promise<FeatureTable<Values>> {
  const parts = await Promise.all(
    readers.map((reader, part) => {
      const share = readers.length > 1 ? { share: { part, of: readers.length } } : {};
      return readFeatures(reader, names, { moment: momentLiteral(moment), ...share }, type);
    }),
  );
  return {
    keys: parts.length === 1 ? parts[0]!.keys : parts.flatMap(({ keys }) => keys),
    values: shareJoined(
      type,
      parts.map(({ values }) => values),
    ),
  };
}

/** Reads features of some customers over one connection. */
export async function readFeatures<Values extends Float64Array | Float32Array>(
  reader: ClientBase,
  names: readonly FeatureName[],
  scope: FeatureScope,
  type: { new (buffer: SharedArrayBuffer | number): Values; BYTES_PER_ELEMENT: number },
): Promise<FeatureTable<Values>> {
  const single = type.BYTES_PER_ELEMENT === 4;
  const read = single ? readReal : readDouble;
  const keys: string[] = [];
  const values = new GrowingColumn<Values>(type);
  await copyOut(reader, featuresSqlFor(names, scope, single ? 'real' : 'double precision'), (row) => {
    keys.push(readText(row));
    for (let j = 0; j < names.length; j++) values.push(read(row));
  });
  return { keys, values: values.values };
}
