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
