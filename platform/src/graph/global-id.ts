/** A global id: the type and its key, opaque to clients. */
export interface GlobalId {
  type: string;
  key: string;
}

/** Encodes a global id as base64url of `Type:key`. */
export const toGlobalId = (type: string, key: string | number): string =>
  Buffer.from(`${type}:${key}`).toString('base64url');

/** Decodes a global id; undefined where it is none, or would not encode to the same text again. */
export function fromGlobalId(id: string): GlobalId | undefined {
  const text = Buffer.from(id, 'base64url').toString();
  // No key holds NUL, and PostgreSQL refuses to be asked for one.
  if (text.includes('\0')) return undefined;
  const colon = text.indexOf(':');
  // No key holds U+0000: PostgreSQL cannot store it, and would refuse to be asked for it.
  if (colon < 1 || text.includes('\u0000') || toGlobalId(text.slice(0, colon), text.slice(colon + 1)) !== id)
    return undefined;
  return { type: text.slice(0, colon), key: text.slice(colon + 1) };
}

/** The key of a global id of one type; undefined for ids of other types and for what is no id. */
export function keyOf(type: string, id: string): string | undefined {
  const decoded = fromGlobalId(id);
  return decoded?.type === type ? decoded.key : undefined;
}
