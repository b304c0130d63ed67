import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { type Column, Table, type TableOrder } from '../../../web/src/components/Table.tsx';

interface Cup {
  name: string;
  price: number;
}
type Field = 'NAME' | 'PRICE';

const columns: Column<Cup, Field>[] = [
  { key: 'name', label: 'Cup', order: 'NAME', cell: ({ name }) => name },
  { key: 'price', label: 'Price', order: 'PRICE', cell: ({ price }) => price },
  { key: 'colour', label: 'Colour', cell: () => 'blue' },
];
const drawn = (order?: TableOrder<Field>) =>
  renderToStaticMarkup(
    <Table
      caption="Cups"
      columns={columns}
      rows={[{ name: 'A', price: 1 }]}
      rowKey={({ name }) => name}
      {...(order ? { order } : {})}
    />,
  );
/** The heads of the columns: which way each is ordered, and whether it is a button. */
const heads = (html: string) =>
  [...html.matchAll(/<th scope="col"([^>]*)>(<button)?/g)].map(([, attributes = '', button]) => [
    /aria-sort="(\w+)"/.exec(attributes)?.[1] ?? null,
    button !== undefined,
  ]);

test('a table that has an order says it at the head of one column, and can be asked for others', () => {
  const choose = () => undefined;
  expect(heads(drawn({ by: 'PRICE', ascending: false, choose }))).toEqual([
    [null, true],
    ['descending', true],
    [null, false],
  ]);
  expect(heads(drawn({ by: 'NAME', ascending: true, choose }))).toEqual([
    ['ascending', true],
    [null, true],
    [null, false],
  ]);
});

test('a table without an order has heads of text', () => {
  expect(heads(drawn())).toEqual([
    [null, false],
    [null, false],
    [null, false],
  ]);
});
