import styles from './Filters.module.css';

interface FilterSelectProps {
  label: string;
  value: string | null;
  /** What stands for no choice; without it one must be chosen. */
  none?: string;
  options: readonly { value: string; label: string }[];
  onChange(value: string | null): void;
}

/** One of several, or none: the browser's own list, which every keyboard and reader knows. */
export function FilterSelect({ label, value, none, options, onChange }: FilterSelectProps) {
  return (
    <select
      aria-label={label}
      className={styles.select}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value || null)}
    >
      {none === undefined ? null : <option value="">{none}</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
