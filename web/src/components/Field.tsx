import type { ReactNode } from 'react';
import styles from './Field.module.css';

interface FieldProps {
  label: string;
  /** What may stand in it, or what it does. */
  hint?: string;
  /** The one control. */
  children: ReactNode;
}

/** A control of a form with its label above it. */
export function Field({ label, hint, children }: FieldProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className={styles.field}>
      {label}
      {children}
      {hint ? <span className={styles.hint}>{hint}</span> : null}
    </label>
  );
}

/** Fields side by side, as many as fit. */
export function FieldGrid({ children }: { children: ReactNode }) {
  return <div className={styles.grid}>{children}</div>;
}

/** Why a form was not taken; nothing where it was. */
export function Problem({ text }: { text: string | null }) {
  return text ? (
    <p className={styles.problem} role="alert">
      {text}
    </p>
  ) : null;
}

interface ChoicesProps<Value extends string> {
  label: string;
  /** Name of the group within its form. */
  name: string;
  options: readonly { value: Value; label: string }[];
  value: Value;
  onChange: (value: NoInfer<Value>) => void;
}

/** One of a few, all of them in sight. */
export function Choices<Value extends string>({ label, name, options, value, onChange }: ChoicesProps<Value>) {
  return (
    <fieldset className={styles.choices}>
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}

interface TicksProps {
  label: string;
  options: readonly { value: string; label: string }[];
  values: readonly string[];
  onChange(values: string[]): void;
}

/** Any of a few, all of them in sight. */
export function Ticks({ label, options, values, onChange }: TicksProps) {
  return (
    <fieldset className={styles.choices}>
      <legend>{label}</legend>
      {options.map(({ value, label: text }) => (
        <label key={value}>
          <input
            type="checkbox"
            checked={values.includes(value)}
            onChange={({ target }) =>
              onChange(target.checked ? [...values, value] : values.filter((one) => one !== value))
            }
          />
          {text}
        </label>
      ))}
    </fieldset>
  );
}

/** The parts of a form, one below the other. */
export function FormBody({ children }: { children: ReactNode }) {
  return <div className={styles.form}>{children}</div>;
}
