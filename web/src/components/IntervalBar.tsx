import styles from './IntervalBar.module.css';

interface IntervalBarProps {
  low: number;
  value: number;
  high: number;
  /** Ends of the scale; what lies beyond is cut at the edge. */
  min: number;
  max: number;
  /** A place on the scale to see the interval against. */
  marker?: number;
  color?: string;
  /** The same in words. */
  label: string;
}

/** An estimate as a dot on the line of its interval, on a scale that all rows of a list share. */
export function IntervalBar({
  low,
  value,
  high,
  min,
  max,
  marker,
  color = 'var(--series-1)',
  label,
}: IntervalBarProps) {
  const at = (number: number) => `${Math.min(100, Math.max(0, ((number - min) / (max - min)) * 100))}%`;
  return (
    <svg className={styles.bar} role="img" aria-label={label}>
      <title>{label}</title>
      <line x1="0" x2="100%" y1="7" y2="7" stroke="var(--line)" strokeWidth="2" strokeLinecap="round" />
      {marker === undefined ? null : (
        <line x1={at(marker)} x2={at(marker)} y1="1" y2="13" stroke="var(--line-strong)" strokeWidth="1.5" />
      )}
      <line
        x1={at(low)}
        x2={at(high)}
        y1="7"
        y2="7"
        stroke={color}
        strokeWidth="4"
        strokeLinecap="round"
        opacity="0.38"
      />
      <circle cx={at(value)} cy="7" r="4.5" fill={color} stroke="var(--surface)" strokeWidth="1.5" />
    </svg>
  );
}
