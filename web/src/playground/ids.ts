import { createContext } from 'react';
import { ExampleIds } from './examples.ts';
import { askGraph } from './fetcher.ts';

/** Ids of this shop by the name of the variable that takes them. */
export const IdsContext = createContext<Record<string, string>>({});

interface IdsAnswer {
  data?: Record<'customers' | 'products', { edges: { node: { id: string } }[] } | null>;
}

/** A customer and a product of this shop, for the examples; none where the shop is empty or nobody is signed in. */
export async function loadIds(): Promise<Record<string, string>> {
  try {
    const { data } = (await askGraph({ query: ExampleIds })) as IdsAnswer;
    return Object.fromEntries(
      Object.entries({
        customer: data?.customers?.edges[0]?.node.id,
        product: data?.products?.edges[0]?.node.id,
      }).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  } catch {
    return {};
  }
}
