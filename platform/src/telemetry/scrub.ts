/** What lets somebody in or tells who somebody is, wherever it stands in a text. */
const patterns: readonly [RegExp, string][] = [
  // Tokens: JWTs, our keys and refresh tokens, Telegram's bot tokens, credentials of a header or an address.
  [/\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, '[token]'],
  [/\bcda_(?:api|wk|bot|rt)_[\w.-]{20,}/g, '[key]'],
  [/\b(?:bot)?\d{6,12}:[\w-]{30,}/g, '[bot token]'],
  [/\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, '$1 [token]'],
  [/(\w:\/\/[^\s:/@]*:)[^\s@/]+@/g, '$1[password]@'],
  [/([?&](?:code|token|state|secret|password)=)[^&\s"']+/gi, '$1[secret]'],
  [/[^\s@"'<>(),;:=]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+/gi, '[e-mail]'],
];

/** A text without secrets and e-mail addresses. */
export function scrub(text: string): string {
  let clean = text;
  for (const [pattern, instead] of patterns) clean = clean.replace(pattern, instead);
  return clean;
}

/** Everything that is logged, without secrets and e-mail addresses in its texts, down to four levels. */
export function scrubDeep(value: unknown, levels = 4): unknown {
  if (typeof value === 'string') return scrub(value);
  if (typeof value !== 'object' || value === null || levels === 0) return value;
  if (Array.isArray(value)) return value.map((item) => scrubDeep(item, levels - 1));
  if (value instanceof Error) return scrub(String(value));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scrubDeep(item, levels - 1)]));
}
