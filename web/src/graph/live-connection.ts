import { useSyncExternalStore } from 'react';

/** How the line for live results stands. */
interface LiveConnection {
  open: boolean;
  /** Counts how often it was opened: whoever counts on it has to say anew where to go on. */
  opened: number;
}

let current: LiveConnection = { open: false, opened: 0 };
const watchers = new Set<() => void>();

/** Tells all who watch that the line was opened or lost. */
export function setLiveConnection(open: boolean): void {
  current = { open, opened: current.opened + (open ? 1 : 0) };
  for (const tell of watchers) tell();
}

const watch = (tell: () => void): (() => void) => {
  watchers.add(tell);
  return () => watchers.delete(tell);
};

/** How the line for live results stands, now and from now on. */
export const useLiveConnection = (): LiveConnection => useSyncExternalStore(watch, () => current);
