import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { ProductContent } from '../../../subgraphs/recommendations/src/ml/content-model.ts';
import { type Interactions, kinds } from '../../../subgraphs/recommendations/src/ml/interactions.ts';

/** One line of an invoice of a known customer, a product and not postage or a gift card. */
export interface Line {
  customer: string;
  invoice: string;
  code: string;
  name: string;
  price: number;
  /** Days since the epoch. */
  day: number;
}

/** Clean lines of the Online Retail file: customer known, quantity and price above zero, no cancellation, code of a product. */
export async function readLines(path: string): Promise<Line[]> {
  const lines: Line[] = [];
  const reader = createInterface({
    input: createReadStream(path).pipe(createGunzip()),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const text of reader) {
    const fields = text
      .match(/("([^"]|"")*"|[^,]*)(,|$)/g)!
      .map((field) => field.replace(/,$/, '').replace(/^"|"$/g, ''));
    const [invoice, code, name, quantity, at, price, customer] = fields as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    if (customer === '' || !(Number(quantity) > 0) || !(Number(price) > 0) || /^[CA]/.test(invoice)) continue;
    if (!/^\d{5}[A-Za-z]{0,2}$/.test(code)) continue;
    lines.push({
      customer,
      invoice,
      code,
      name,
      price: Number(price),
      day: Date.parse(`${at.replace(' ', 'T')}Z`) / 86_400_000,
    });
  }
  return lines;
}

export interface Split {
  train: Interactions;
  /** What the models are judged by: by customer, with the moment and the products bought. */
  tests: { customer: number; day: number; targets: Set<number> }[];
  contents: ProductContent[];
  /** Lines that `train` was made of. */
  lines: Line[];
}

/** Train and test by hand-picked lines; products with fewer than `minimumBuyers` in training are left out. */
export function split(train: readonly Line[], test: readonly Line[], minimumBuyers = 5): Split {
  const buyers = new Map<string, Set<string>>();
  for (const { code, customer } of train) {
    if (!buyers.has(code)) buyers.set(code, new Set());
    buyers.get(code)!.add(customer);
  }
  const codes = [...buyers]
    .filter(([, who]) => who.size >= minimumBuyers)
    .map(([code]) => code)
    .sort();
  const product = new Map(codes.map((code, i) => [code, i]));
  const customers = [...new Set([...train, ...test].map(({ customer }) => customer))].sort();
  const customer = new Map(customers.map((name, i) => [name, i]));
  const invoice = new Map<string, number>();
  const kept = train.filter(({ code }) => product.has(code));
  const rows = kept
    .map((line) => ({ ...line, c: customer.get(line.customer)!, p: product.get(line.code)! }))
    .sort((a, b) => a.c - b.c || a.day - b.day || (a.invoice < b.invoice ? -1 : a.invoice > b.invoice ? 1 : a.p - b.p));
  const offsets = new Int32Array(customers.length + 1);
  for (const { c } of rows) offsets[c + 1]!++;
  for (let c = 0; c < customers.length; c++) offsets[c + 1]! += offsets[c]!;
  const tests = new Map<number, Split['tests'][number]>();
  for (const line of test) {
    const p = product.get(line.code);
    if (p === undefined) continue;
    const c = customer.get(line.customer)!;
    const one = tests.get(c) ?? { customer: c, day: line.day, targets: new Set() };
    one.day = Math.min(one.day, line.day);
    one.targets.add(p);
    tests.set(c, one);
  }
  const contents: ProductContent[] = codes.map(() => ({ text: '', category: '', brand: '', priceMinor: Number.NaN }));
  const prices: number[][] = codes.map(() => []);
  const names: Map<string, number>[] = codes.map(() => new Map());
  for (const { p, name, price } of rows) {
    prices[p]!.push(price);
    names[p]!.set(name, (names[p]!.get(name) ?? 0) + 1);
  }
  for (const [p, content] of contents.entries()) {
    content.text = [...names[p]!].sort((a, b) => b[1] - a[1])[0]![0];
    content.priceMinor = prices[p]!.sort((a, b) => a - b)[prices[p]!.length >> 1]! * 100;
  }
  return {
    train: {
      customers: customers.length,
      products: codes.length,
      offsets,
      product: Int32Array.from(rows, ({ p }) => p),
      day: Float64Array.from(rows, ({ day }) => day),
      kind: new Uint8Array(rows.length).fill(kinds.purchase),
      order: Int32Array.from(rows, (row) => {
        if (!invoice.has(row.invoice)) invoice.set(row.invoice, invoice.size);
        return invoice.get(row.invoice)!;
      }),
    },
    tests: [...tests.values()],
    contents,
    lines: kept,
  };
}

/** The last invoice of every customer with two or more is the test; customers with one are left out. */
export function basketSplit(lines: readonly Line[]): Split {
  const invoices = new Map<string, Map<string, number>>();
  for (const { customer, invoice, day } of lines) {
    if (!invoices.has(customer)) invoices.set(customer, new Map());
    const own = invoices.get(customer)!;
    own.set(invoice, Math.min(own.get(invoice) ?? Number.POSITIVE_INFINITY, day));
  }
  const last = new Map<string, string>();
  for (const [customer, own] of invoices) {
    if (own.size < 2) continue;
    last.set(customer, [...own].reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] > a[0]) ? b : a))[0]);
  }
  const used = lines.filter(({ customer }) => last.has(customer));
  return split(
    used.filter((line) => line.invoice !== last.get(line.customer)),
    used.filter((line) => line.invoice === last.get(line.customer)),
  );
}

/** Everything before the moment is training, what known customers bought after it is the test. */
export function timeSplit(lines: readonly Line[], at: number, until = Number.POSITIVE_INFINITY): Split {
  const train = lines.filter(({ day }) => day < at);
  const known = new Set(train.map(({ customer }) => customer));
  return split(
    train,
    lines.filter((line) => line.day >= at && line.day < until && known.has(line.customer)),
  );
}
