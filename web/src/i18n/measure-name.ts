import type { Messages } from './en.ts';

/** A measure's or a baseline's name as people read it: from the catalogue, else the registry's own with its words apart. */
export function measureName(t: Messages, name: string): string {
  return (
    t.measures[name] ??
    name.replaceAll(/([a-z\d])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`)
  );
}
