/** Names of GA4's item fields and what they are called here. */
const itemFields: Readonly<Record<string, string>> = {
  item_id: 'product_id',
  item_name: 'name',
  item_brand: 'brand',
  item_variant: 'variant',
  index: 'position',
  item_list_id: 'list_id',
};
const categories = ['item_category', 'item_category2', 'item_category3', 'item_category4', 'item_category5'];

/** Properties of a GA4 event under the canonical names; what has no other name passes unchanged. */
export function fromGa4(parameters: Record<string, unknown>): Record<string, unknown> {
  const { items, transaction_id, search_term, value, ...rest } = parameters;
  const properties: Record<string, unknown> = { ...rest };
  if (transaction_id !== undefined) {
    properties['order_id'] = transaction_id;
    // In GA4 `value` of a purchase is its revenue; for other events it is the value of the items.
    if (value !== undefined) properties['revenue'] = value;
  } else if (value !== undefined) properties['value'] = value;
  if (search_term !== undefined) properties['query'] = search_term;
  if (Array.isArray(items)) {
    const products = items.filter((item) => item !== null && typeof item === 'object').map(fromItem);
    properties['products'] = products;
    if (products.length === 1) {
      for (const [key, field] of Object.entries(products[0] as object)) properties[key] ??= field;
    }
  }
  return properties;
}

function fromItem(item: Record<string, unknown>): Record<string, unknown> {
  const product: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(item)) {
    if (!categories.includes(key)) product[itemFields[key] ?? key] = value;
  }
  const path = categories.map((key) => item[key]).filter((part) => typeof part === 'string' && part !== '');
  if (path.length > 0) product['category'] = path.join(' > ');
  return product;
}
