import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;
type Kind = { expected?: string | undefined };

const nouns: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};
const nounOf = ({ expected = '' }: Kind): string => nouns[expected] ?? `a value of kind ${expected}`;
const figures = new Intl.NumberFormat('en');
const figure = (value: number | bigint | undefined): string => figures.format(value ?? 0);
const characters = (value: number | bigint | undefined): string =>
  `${figure(value)} ${Number(value) === 1 ? 'character' : 'characters'}`;
const entries = (value: number | bigint | undefined): string =>
  `${figure(value)} ${Number(value) === 1 ? 'entry' : 'entries'}`;

/** What is needed in place of a value, by whether there is one. */
function needed(what: string, input: unknown): string {
  if (input === undefined) return `is needed: send ${what}`;
  return `has to be ${what}${input === null ? ', not null' : ''}`;
}

function wrongKind(issue: Issue & Kind): string {
  const { input } = issue;
  const what = needed(nounOf(issue), input);
  const wantsNumber = issue.expected === 'number' || issue.expected === 'int';
  if (wantsNumber && typeof input === 'string' && input.trim() !== '') {
    return Number.isFinite(Number(input)) ? `${what}, without quotes` : `${what}, not a text`;
  }
  if (issue.expected === 'string' && typeof input === 'number') return `${what}, in quotes`;
  if (issue.expected === 'array' && typeof input === 'object' && input !== null) {
    return `${what}, in square brackets even where it has one entry`;
  }
  if (issue.expected === 'object' && Array.isArray(input)) return `${what}, not a list`;
  return what;
}

/** What a union would take, as far as its members ask for a kind of value; of each member the first fault tells. */
function anyOf(errors: readonly (readonly Kind[])[], input: unknown): string | undefined {
  const kinds = new Set(errors.flatMap(([first]) => (first?.expected ? [nounOf(first)] : [])));
  return kinds.size > 0 ? needed([...kinds].join(' or '), input) : undefined;
}

function tooSmall({ origin, minimum, inclusive = true }: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>): string {
  if (origin === 'string') return minimum === 1 ? 'must not be empty' : `needs at least ${characters(minimum)}`;
  if (origin === 'array') return minimum === 1 ? 'must not be empty' : `needs at least ${entries(minimum)}`;
  return `has to be ${inclusive ? 'at least' : 'more than'} ${figure(minimum)}`;
}

function tooBig({ origin, maximum, inclusive = true }: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>): string {
  if (origin === 'string') return `may have at most ${characters(maximum)}`;
  if (origin === 'array') return `may have at most ${entries(maximum)}`;
  return `has to be ${inclusive ? 'at most' : 'less than'} ${figure(maximum)}`;
}

/** What is wrong with a value, as the rest of a sentence that its path begins; undefined for faults no event can have. */
function words(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return wrongKind(issue as Issue & Kind);
    case 'invalid_union':
      return anyOf((issue['errors'] ?? []) as Kind[][], issue.input);
    case 'invalid_value':
      return needed(`one of ${((issue['values'] ?? []) as unknown[]).join(', ')}`, issue.input);
    case 'invalid_format':
      return issue['format'] === 'datetime' ? 'has to be a time of ISO 8601' : 'is not in the form that is needed';
    case 'too_small':
      return tooSmall(issue as z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>);
    case 'too_big':
      return tooBig(issue as z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>);
    default:
      return undefined;
  }
}

/**
 * Options for `safeParse` that have it say what a sender should send. A message that the shape itself sets wins over them, and
 * only a value that is refused pays for its words.
 */
export const inWords: { error: z.core.$ZodErrorMap } = { error: words };

/** The first fault of a refused value: where it is, and a whole sentence about it. */
export function firstFault(error: z.ZodError, whole: string, prefix?: string): { path: string; message: string } {
  const issue = error.issues[0];
  const path = [...(prefix ? [prefix] : []), ...(issue?.path ?? [])].join('.');
  return { path, message: `${path ? `${path}:` : whole} ${issue?.message ?? 'is not usable'}.` };
}
