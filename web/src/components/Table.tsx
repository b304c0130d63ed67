import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './Table.module.css';

export interface Column<Row, Field extends string = string> {
  key: string;
  label: ReactNode;
  /** Numbers stand at the right, in digits of one width. */
  number?: boolean;
  /** Left out on a narrow screen. */
  wideOnly?: boolean;
  width?: number;
  /** What the list is ordered by where the column's head is chosen; without it the head is text. */
  order?: Field;
  cell(row: Row, index: number): ReactNode;
}

/** How the rows are ordered: the whole list behind a page of them, so by whoever asks for it. */
export interface TableOrder<Field extends string> {
  by: Field;
  ascending: boolean;
  /** Called with the field of the head that was chosen; with that of the present order to turn it round. */
  choose(field: Field): void;
}

interface TableProps<Row, Field extends string> {
  /** What the table holds, for those who do not see it. */
  caption: string;
  columns: readonly Column<Row, Field>[];
  rows: readonly Row[];
  rowKey(row: Row): string;
  order?: TableOrder<Field>;
}

/** A plain table; the first column names the row. */
export function Table<Row, Field extends string = string>({
  caption,
  columns,
  rows,
  rowKey,
  order,
}: TableProps<Row, Field>) {
  const classOf = ({ number, wideOnly }: Column<Row, Field>) =>
    [number && styles.number, wideOnly && styles.wideOnly].filter(Boolean).join(' ') || undefined;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of one table; a landmark would double the panel's
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by the keyboard
    <div className={styles.scroll} role="group" aria-label={caption} tabIndex={0}>
      <table className={styles.table}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={classOf(column)}
                style={{ width: column.width }}
                aria-sort={
                  order && column.order === order.by ? (order.ascending ? 'ascending' : 'descending') : undefined
                }
              >
                {order && column.order ? (
                  <OrderHead label={column.label} field={column.order} order={order} />
                ) : (
                  column.label
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={rowKey(row)}>
              {columns.map((column, place) =>
                place === 0 ? (
                  <th key={column.key} scope="row" className={classOf(column)}>
                    {column.cell(row, index)}
                  </th>
                ) : (
                  <td key={column.key} className={classOf(column)}>
                    {column.cell(row, index)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface OrderHeadProps<Field extends string> {
  label: ReactNode;
  field: Field;
  order: TableOrder<Field>;
}

/** A column's head that orders the list; which way it stands is said by the cell around it, the arrow is for the eye. */
function OrderHead<Field extends string>({ label, field, order }: OrderHeadProps<Field>) {
  const Arrow = field === order.by ? (order.ascending ? ArrowUp : ArrowDown) : ChevronsUpDown;
  return (
    <button type="button" className={styles.order} onClick={() => order.choose(field)}>
      {label}
      <Arrow aria-hidden />
    </button>
  );
}
