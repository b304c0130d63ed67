import type { CustomerQuery } from '../../generated/graphql.ts';
import type { TileState } from '../../graph/use-tile.ts';

/** The customer as the page asks for them. */
export type CustomerAnswer = NonNullable<CustomerQuery['customer']>;

/** What a panel of the page is given: its part of the one answer. */
export interface PartProps<Part> {
  state: TileState<NonNullable<Part>>;
}
