import { ArrowLeft } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';
import { useMessages } from '../i18n/locale.tsx';
import { ShopClock } from '../shell/ShopClock.tsx';
import styles from './PageHeader.module.css';

interface PageHeaderProps {
  title: string;
  /** More beside the shop's clock. */
  detail?: ReactNode;
  back?: { to: string; label: string };
  /** Controls of the page, at its right. */
  children?: ReactNode;
}

/** A page's title, always with the clock of the data below it. */
export function PageHeader({ title, detail, back, children }: PageHeaderProps) {
  const t = useMessages();
  useEffect(() => {
    document.title = `${title} · ${t.product}`;
  }, [title, t]);
  return (
    <header className={styles.header}>
      <div className={styles.titles}>
        {back ? (
          <Link className={styles.back} to={back.to}>
            <ArrowLeft aria-hidden />
            {back.label}
          </Link>
        ) : null}
        <h1>{title}</h1>
        <div className={styles.line}>
          {detail}
          <ShopClock />
        </div>
      </div>
      {children ? <div className={styles.controls}>{children}</div> : null}
    </header>
  );
}
