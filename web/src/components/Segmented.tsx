import type { ReactNode } from 'react';
import styles from './Segmented.module.css';

interface SegmentedProps<Value extends string> {
  label: string;
  options: readonly { value: Value; label: string; shown?: ReactNode }[];
  value: Value;
  onChange(value: Value): void;
}

/** A few choices side by side, one of them on. */
export function Segmented<Value extends string>({ label, options, value, onChange }: SegmentedProps<Value>) {
  return (
    <fieldset className={styles.group} style={{ margin: 0 }}>
      <legend className="visually-hidden">{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          className={styles.option}
          aria-pressed={option.value === value}
          title={option.shown ? option.label : undefined}
          onClick={() => onChange(option.value)}
        >
          {option.shown ?? option.label}
          {option.shown ? <span className="visually-hidden"> {option.label}</span> : null}
        </button>
      ))}
    </fieldset>
  );
}
