import { useEffect, useRef } from 'react';

/** What each key does, by the character that it types. */
export type Shortcuts = Record<string, () => void>;

const typing = 'input, textarea, select, [contenteditable="true"], [role="menu"], [role="dialog"]';

/** Listens for single keys while nobody types and no menu or card is open. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.target instanceof Element && event.target.closest(typing)) return;
      const act = latest.current[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
