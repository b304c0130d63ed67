/** What may stand between the columns of a CSV file. */
const separators = [',', ';', '\t', '|'] as const;

export type Separator = (typeof separators)[number];

/** The separator that stands most often in the first line, outside quotes; a comma where none does. */
export function separatorOf(text: string): Separator {
  const counts = new Map<string, number>();
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r')) break;
    else if (!quoted) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  const timesOf = (separator: Separator): number => counts.get(separator) ?? 0;
  return separators.reduce((most, separator) => (timesOf(separator) > timesOf(most) ? separator : most));
}
