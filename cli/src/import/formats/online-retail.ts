import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { groupByOrder } from '../group-by-order.ts';
import type { ImportedEvent, ImportFormat, Row } from '../import-format.ts';
import { integer, optionalText, price, RowError, text, time } from '../row-values.ts';

interface Line {
  invoice: string;
  code: string;
  name: string | undefined;
  quantity: number;
  price: number;
  at: string;
  customer: string | undefined;
  country: string;
  kind: LineKind;
}

type LineKind = 'product' | 'shipping' | 'other';

const productCode = /^\d{5}[A-Za-z]{0,2}$/;
const shippingCodes = new Set(['POST', 'DOT', 'C2']);
const bookkeeping = /^A/;
const cancellation = /^C/;

function kindOf(code: string): LineKind {
  if (productCode.test(code)) return 'product';
  return shippingCodes.has(code) ? 'shipping' : 'other';
}

function parseLine(row: Row, timeZone: string): Line {
  const invoice = text(row, 'InvoiceNo');
  if (bookkeeping.test(invoice)) {
    throw new RowError('BOOKKEEPING', 'InvoiceNo', 'A bad-debt adjustment is bookkeeping and no sale.');
  }
  const code = text(row, 'StockCode');
  const line: Line = {
    invoice,
    code,
    name: optionalText(row, 'Description'),
    quantity: integer(row, 'Quantity'),
    price: price(row, 'UnitPrice'),
    at: time(row, 'InvoiceDate', timeZone),
    customer: optionalText(row, 'CustomerID'),
    country: optionalText(row, 'Country') ?? '',
    kind: kindOf(code),
  };
  if (line.quantity === 0) throw new RowError('ZERO_QUANTITY', 'Quantity', 'The quantity is 0.');
  if (isStockChange(line)) {
    if (line.kind !== 'product')
      throw new RowError('NOT_A_PRODUCT', 'StockCode', `${code} is no product, so it has no stock.`);
    return line;
  }
  if (line.quantity < 0 !== cancellation.test(invoice)) {
    throw new RowError(
      'NEGATIVE_QUANTITY',
      'Quantity',
      'A negative quantity stands on an invoice that is no cancellation.',
    );
  }
  return line;
}

/** A line without customer and price counts stock: found, damaged, lost, sent to a shop. */
const isStockChange = (line: Line): boolean => line.customer === undefined && line.price === 0;

function toEvents(lines: readonly { line: Line; row: Row }[], part: number): ImportedEvent[] {
  const events: ImportedEvent[] = [];
  const sold: { line: Line; row: Row }[] = [];
  for (const entry of lines) {
    if (!isStockChange(entry.line)) sold.push(entry);
    else events.push({ event: stockEvent(entry.line, entry.row), rows: [entry.row] });
  }
  const first = sold[0]?.line;
  if (!first) return events;
  const customer = sold.find(({ line }) => line.customer)?.line.customer;
  const identity = customer ? { userId: customer } : { anonymousId: `invoice-${first.invoice}` };
  const sign = cancellation.test(first.invoice) ? -1 : 1;
  const charge = (kind: LineKind): number =>
    (Math.round(
      sold.reduce((sum, { line }) => (line.kind === kind ? sum + line.quantity * line.price * 100 : sum), 0),
    ) *
      sign) /
    100;
  const products = sold
    .filter(({ line }) => line.kind === 'product')
    .map(({ line }) => ({
      product_id: line.code.toUpperCase(),
      name: line.name,
      price: line.price,
      quantity: line.quantity * sign,
    }));
  const suffix = part === 1 ? '' : `:${part}`;
  events.push({
    rows: sold.map(({ row }) => row),
    event: {
      type: 'track',
      event: sign === 1 ? 'Order Completed' : 'Order Refunded',
      messageId: `online-retail:${first.invoice}${suffix}`,
      ...identity,
      originalTimestamp: first.at,
      properties: {
        order_id: first.invoice,
        products,
        shipping: charge('shipping'),
        other: charge('other'),
        country: first.country,
      },
    },
  });
  return events;
}

/** A stock change is known by its line: invoices of this kind have one line each, and some repeat. */
const stockEvent = (line: Line, row: Row): IncomingEvent => ({
  type: 'track',
  event: 'Stock Adjusted',
  messageId: `online-retail:stock:${line.invoice}:${row.line}`,
  originalTimestamp: line.at,
  properties: { product_id: line.code.toUpperCase(), change: line.quantity, reason: line.name },
});

/** UCI "Online Retail": a line of an invoice a row. What each kind of row becomes stands in docs/import.md. */
export const onlineRetail: ImportFormat = {
  name: 'online-retail',
  lines: 'csv',
  about: 'UCI "Online Retail": a line of an invoice a row',
  required: ['InvoiceNo', 'StockCode', 'Quantity', 'InvoiceDate', 'UnitPrice', 'CustomerID'],
  optional: ['Description', 'Country'],
  shop: {
    name: 'Online Retail',
    currency: 'GBP',
    timeZone: 'Europe/London',
    attribution: 'Chen, D. (2015). Online Retail. UCI Machine Learning Repository. CC BY 4.0.',
  },
  createReader: ({ timeZone, refuse }) => {
    const known = new Set<string>();
    return groupByOrder(
      {
        parse: (row) => parseLine(row, timeZone),
        orderOf: (line) => line.invoice,
        toEvents: (lines, part) => {
          const events = toEvents(lines, part);
          const { customer, country, at } = (lines[0] as { line: Line }).line;
          const id = `${customer}:${country}`;
          if (!customer || known.has(id)) return events;
          known.add(id);
          const identify: IncomingEvent = {
            type: 'identify',
            messageId: `online-retail:customer:${id}`,
            userId: customer,
            originalTimestamp: at,
            traits: { address: { country } },
          };
          return [{ event: identify, rows: [] }, ...events];
        },
      },
      refuse,
    );
  },
};
