type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Puts what a fetch brought into what is there already. New parts are taken over as they are, without a copy: what a subgraph
 * sent belongs to this request alone.
 */
export function mergeInto(target: Json, source: Json): void {
  for (const key in source) {
    const brought = source[key];
    if (brought === undefined) continue;
    const there = target[key];
    if (isObject(there) && isObject(brought)) mergeInto(there, brought);
    else if (Array.isArray(there) && Array.isArray(brought) && there.length === brought.length)
      mergeLists(there, brought);
    else target[key] = brought;
  }
}

function mergeLists(target: unknown[], source: unknown[]): void {
  for (let i = 0; i < source.length; i++) {
    const there = target[i];
    const brought = source[i];
    if (isObject(there) && isObject(brought)) mergeInto(there, brought);
    else target[i] = brought;
  }
}
