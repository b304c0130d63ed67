import { type FormEvent, useEffect, useId, useRef } from 'react';
import styles from './Filters.module.css';

interface FilterTextProps {
  label: string;
  value: string | null;
  /** After this long without a key the text counts, in milliseconds; null: at Enter only. */
  settleMs?: number | null;
  /** The text is taken over elsewhere: the field is empty again once it counted. */
  clears?: boolean;
  suggestions?: readonly string[];
  onChange(value: string | null): void;
}

/** A text to narrow a list by; it counts when typing pauses, or at Enter. */
export function FilterText({ label, value, settleMs = 350, clears = false, suggestions, onChange }: FilterTextProps) {
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (input.current && document.activeElement !== input.current) input.current.value = value ?? '';
  }, [value]);

  function settle() {
    clearTimeout(timer.current);
    const text = input.current?.value.trim() || null;
    if (text !== value) onChange(text);
    if (clears && input.current) input.current.value = '';
  }

  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        settle();
      }}
    >
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        className={styles.input}
        defaultValue={value ?? ''}
        list={suggestions ? listId : undefined}
        onBlur={settleMs === null ? undefined : settle}
        onChange={() => {
          clearTimeout(timer.current);
          if (settleMs !== null) timer.current = setTimeout(settle, settleMs);
          else if (suggestions?.includes(input.current?.value ?? '')) settle();
        }}
      />
      {suggestions ? (
        <datalist id={listId}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      ) : null}
    </form>
  );
}
