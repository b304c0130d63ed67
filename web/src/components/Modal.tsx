import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import styles from './Modal.module.css';

interface ModalProps {
  title: string;
  /** What it is for, in a sentence. */
  about: string;
  open: boolean;
  wide?: boolean;
  onOpenChange(open: boolean): void;
  children: ReactNode;
}

/** A dialog over the page: Escape and a click beside it close it, and the focus goes back to where it was. */
export function Modal({ title, about, open, wide = false, onOpenChange, children }: ModalProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.overlay} />
        <Dialog.Content className={`${styles.dialog} ${wide ? styles.wide : ''}`}>
          <Dialog.Title asChild>
            <h2>{title}</h2>
          </Dialog.Title>
          <Dialog.Description className={styles.about}>{about}</Dialog.Description>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The dialog's buttons, at its end. */
export function ModalFoot({ children }: { children: ReactNode }) {
  return <div className={styles.foot}>{children}</div>;
}
