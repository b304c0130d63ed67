import { Check, ChevronDown } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import { Key } from './Key.tsx';
import styles from './Menu.module.css';

export interface Choice {
  value: string;
  label: string;
  /** Key that chooses it from anywhere on the page. */
  shortcut?: string;
}

interface ChoiceMenuProps {
  /** What is chosen, for those who do not see it. */
  label: string;
  /** What the button shows; the chosen label where absent. */
  shown?: ReactNode;
  icon?: ReactNode;
  choices: readonly Choice[];
  value: string | null;
  onChange(value: string): void;
  /** More below the choices. */
  children?: ReactNode;
}

/** A button that shows what is chosen and opens the choices. */
export function ChoiceMenu({ label, shown, icon, choices, value, onChange, children }: ChoiceMenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button>
          {icon}
          <span className="visually-hidden">{label}: </span>
          {shown ?? choices.find((choice) => choice.value === value)?.label}
          <ChevronDown aria-hidden className={styles.chevron} />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles.content} align="start" sideOffset={6} collisionPadding={12}>
          <DropdownMenu.RadioGroup value={value ?? ''} onValueChange={onChange}>
            {choices.map((choice) => (
              <DropdownMenu.RadioItem key={choice.value} value={choice.value} className={styles.item}>
                <span className={styles.mark}>
                  <DropdownMenu.ItemIndicator>
                    <Check aria-hidden />
                  </DropdownMenu.ItemIndicator>
                </span>
                {choice.label}
                {choice.shortcut ? (
                  <span className={styles.hint}>
                    <Key>{choice.shortcut}</Key>
                  </span>
                ) : null}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
