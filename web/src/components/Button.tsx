import type { ComponentProps } from 'react';
import styles from './Button.module.css';

interface ButtonProps extends ComponentProps<'button'> {
  look?: 'plain' | 'primary' | 'quiet';
  /** Only an icon inside: give an `aria-label`. */
  icon?: boolean;
}

/** The one button. It takes Radix's trigger props, so it can stand inside `asChild`. */
export function Button({ look = 'plain', icon = false, className, type = 'button', ...props }: ButtonProps) {
  const classes = [styles.button, look !== 'plain' && styles[look], icon && styles.icon, className];
  return <button {...props} type={type} className={classes.filter(Boolean).join(' ')} />;
}
