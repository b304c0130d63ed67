import { EmptyState } from '../components/EmptyState.tsx';
import { MoreLink } from '../components/MoreLink.tsx';
import { useMessages } from '../i18n/locale.tsx';

/** An address that no page answers to. */
export function Component() {
  const t = useMessages();
  return (
    <EmptyState title={t.notFound.title}>
      <MoreLink to="/">{t.notFound.back}</MoreLink>
    </EmptyState>
  );
}
