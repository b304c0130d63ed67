const size = 8;

/** Colour of the n-th of several groups; a CSS variable, so that both themes have their own. */
export function groupColor(index: number): string {
  return `var(--cat-${(index % size) + 1})`;
}
