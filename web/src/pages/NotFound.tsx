import { EmptyState } from '../components/EmptyState.tsx';
import { MoreLink } from '../components/MoreLink.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { useMessages } from '../i18n/locale.tsx';

/** An address that no page answers to. */
export function Component() {
  const t = useMessages();
  return (
    <>
      <PageHeader title={t.notFound.title} />
      <EmptyState body={t.notFound.hint}>
        <MoreLink to="/">{t.notFound.back}</MoreLink>
      </EmptyState>
    </>
  );
}
