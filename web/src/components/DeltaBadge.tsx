import { ArrowDownRight, ArrowUpRight, Equal } from 'lucide-react';
import type { Delta } from '../format/delta.ts';
import { useMessages } from '../i18n/locale.tsx';
import { useFormats } from '../shell/shop-context.tsx';
import styles from './DeltaBadge.module.css';

/** How a figure stands to the one compared with: the arrow says which way, the colour (and a hidden word) whether that is good. */
export function DeltaBadge({ delta }: { delta: Delta }) {
  const t = useMessages();
  const formats = useFormats();
  if (delta.kind === 'none') return null;
  if (delta.kind === 'same') {
    return (
      <span className={styles.delta}>
        <Equal aria-hidden />
        {t.delta.same}
      </span>
    );
  }
  const tone = delta.better ? styles.better : styles.worse;
  const word = delta.better ? t.delta.better : t.delta.worse;
  const up = delta.kind === 'new' || delta.part > 0;
  const Arrow = up ? ArrowUpRight : ArrowDownRight;
  return (
    <span className={`${styles.delta} ${tone}`}>
      <Arrow aria-hidden />
      {delta.kind === 'new' ? t.delta.new : formats.change(delta.part)}
      <span className="visually-hidden"> ({word})</span>
    </span>
  );
}
