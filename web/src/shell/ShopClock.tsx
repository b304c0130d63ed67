import { Badge, badgeClass } from '../components/Badge.tsx';
import { NoteCard } from '../components/NoteCard.tsx';
import { useMessages } from '../i18n/locale.tsx';
import styles from './ShopClock.module.css';
import { useShop } from './shop-context.tsx';

/** Up to when the data goes and which day the shop's clock calls today, with a word where that is not the reader's today. */
export function ShopClock() {
  const t = useMessages();
  const { shop, formats } = useShop();
  const historical = shop.clock === 'LATEST_EVENT';
  const line = historical ? t.clock.historicalLine : t.clock.line;
  return (
    <span className={styles.clock}>
      <span>{line(formats.moment(shop.asOf), formats.day(shop.today))}</span>
      {historical ? (
        <NoteCard
          trigger={
            <button type="button" className={`${badgeClass('warn')} ${styles.badge}`}>
              {t.clock.historical}
            </button>
          }
        >
          <div className={styles.note}>
            <p>{t.clock.historicalAbout}</p>
            {shop.attribution ? <p className={styles.credit}>{shop.attribution}</p> : null}
          </div>
        </NoteCard>
      ) : null}
      {shop.demo ? (
        <NoteCard
          trigger={
            <button type="button" className={`${badgeClass('accent')} ${styles.badge}`}>
              {t.clock.demo}
            </button>
          }
        >
          <div className={styles.note}>
            <p>{t.clock.demoAbout}</p>
            <p>{t.clock.next}</p>
            <code className={styles.command}>npm run import -- orders.csv --replace-demo</code>
          </div>
        </NoteCard>
      ) : null}
      {!historical && !shop.demo && shop.attribution ? <Badge>{shop.attribution}</Badge> : null}
    </span>
  );
}
