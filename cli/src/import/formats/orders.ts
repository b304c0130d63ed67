import { groupByOrder } from '../group-by-order.ts';
import type { ImportFormat, Row } from '../import-format.ts';
import { decimal, integer, optionalText, price, RowError, text, time } from '../row-values.ts';

interface Line {
  orderId: string;
  customerId: string | undefined;
  at: string;
  product: Record<string, unknown>;
  order: Record<string, unknown>;
  traits: Record<string, unknown>;
}

const amounts = ['shipping', 'tax', 'discount'] as const;

function parseLine(row: Row, timeZone: string): Line {
  const quantity = integer(row, 'quantity');
  if (quantity < 1) throw new RowError('NEGATIVE_QUANTITY', 'quantity', 'The quantity of an order line is at least 1.');
  const given = (column: string) => optionalText(row, column);
  return {
    orderId: text(row, 'order_id'),
    customerId: given('customer_id'),
    at: time(row, 'ordered_at', timeZone),
    product: {
      product_id: text(row, 'product_id'),
      name: given('product_name'),
      category: given('category'),
      brand: given('brand'),
      price: price(row, 'price'),
      quantity,
    },
    order: {
      currency: given('currency'),
      coupon: given('coupon'),
      ...Object.fromEntries(amounts.filter(given).map((column) => [column, decimal(row, column)])),
    },
    traits: {
      email: given('email'),
      name: given('customer_name'),
      address: given('country') ? { country: given('country') } : undefined,
    },
  };
}

const withoutGaps = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** A plain list of order lines, as any shop system exports it; lines of an order stand together. */
export const orders: ImportFormat = {
  name: 'orders',
  lines: 'csv',
  about: 'a line of an order a row; lines of an order stand together',
  required: ['order_id', 'ordered_at', 'product_id', 'price', 'quantity'],
  optional: [
    'customer_id',
    'product_name',
    'category',
    'brand',
    'currency',
    'coupon',
    ...amounts,
    'email',
    'customer_name',
    'country',
  ],
  createReader: ({ timeZone, refuse }) =>
    groupByOrder(
      {
        parse: (row) => parseLine(row, timeZone),
        orderOf: (line) => line.orderId,
        toEvents: (lines, part) => {
          const { orderId, customerId, at, order, traits } = (lines[0] as { line: Line }).line;
          const identity = customerId ? { userId: customerId } : { anonymousId: `order-${orderId}` };
          const suffix = part === 1 ? '' : `:${part}`;
          const known = withoutGaps(traits);
          return [
            ...(Object.keys(known).length > 0 && customerId
              ? [
                  {
                    rows: [],
                    event: {
                      type: 'identify' as const,
                      messageId: `orders:traits:${orderId}${suffix}`.slice(0, 100),
                      ...identity,
                      originalTimestamp: at,
                      traits: known,
                    },
                  },
                ]
              : []),
            {
              rows: lines.map(({ row }) => row),
              event: {
                type: 'track' as const,
                event: 'Order Completed',
                messageId: `orders:${orderId}${suffix}`,
                ...identity,
                originalTimestamp: at,
                properties: {
                  order_id: orderId,
                  ...withoutGaps(order),
                  products: lines.map(({ line }) => withoutGaps(line.product)),
                },
              },
            },
          ];
        },
      },
      refuse,
    ),
};
