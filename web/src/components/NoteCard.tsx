import { Popover } from 'radix-ui';
import type { ReactNode } from 'react';
import styles from './NoteCard.module.css';

interface NoteCardProps {
  /** The button that opens it. */
  trigger: ReactNode;
  label?: string;
  children: ReactNode;
}

/** A small card beside what it explains. */
export function NoteCard({ trigger, label, children }: NoteCardProps) {
  return (
    <Popover.Root>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={styles.card} sideOffset={6} collisionPadding={12} aria-label={label}>
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
