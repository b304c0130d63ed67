import { ArrowDownWideNarrow, ArrowUpNarrowWide } from 'lucide-react';
import { useMessages } from '../i18n/locale.tsx';
import { Button } from './Button.tsx';

interface DirectionButtonProps {
  ascending: boolean;
  onChange(ascending: boolean): void;
}

/** Which way a list is ordered; a click turns it round. */
export function DirectionButton({ ascending, onChange }: DirectionButtonProps) {
  const t = useMessages();
  const label = t.customers.direction[ascending ? 'ASC' : 'DESC'];
  return (
    <Button icon aria-label={label} title={label} onClick={() => onChange(!ascending)}>
      {ascending ? <ArrowUpNarrowWide aria-hidden /> : <ArrowDownWideNarrow aria-hidden />}
    </Button>
  );
}
