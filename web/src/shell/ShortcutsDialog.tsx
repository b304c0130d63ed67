import { Dialog } from 'radix-ui';
import { Key } from '../components/Key.tsx';
import { useMessages } from '../i18n/locale.tsx';
import { presets } from '../period/presets.ts';
import { pageLinks } from './pages.ts';
import styles from './ShortcutsDialog.module.css';

interface ShortcutsDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
}

/** Every key of the dashboard, from the same tables that bind them. */
export function ShortcutsDialog({ open, onOpenChange }: ShortcutsDialogProps) {
  const t = useMessages();
  const groups = [
    { title: t.settings.shortcutPages, keys: pageLinks.map(({ key, label }) => ({ key, text: t.nav[label] })) },
    { title: t.settings.periods, keys: presets.map(({ key, range }) => ({ key, text: t.period.presets[range] })) },
    {
      title: t.settings.other,
      keys: [
        { key: 'x', text: t.settings.shortcutCompare },
        { key: 'n', text: t.settings.shortcutTheme },
        { key: '?', text: t.settings.shortcutHelp },
      ],
    },
  ];
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.overlay} />
        <Dialog.Content className={styles.dialog}>
          <Dialog.Title asChild>
            <h2>{t.settings.shortcuts}</h2>
          </Dialog.Title>
          <Dialog.Description className={styles.about}>{t.settings.shortcutsAbout}</Dialog.Description>
          {groups.map((group) => (
            <section key={group.title} className={styles.group}>
              <h3>{group.title}</h3>
              {group.keys.map(({ key, text }) => (
                <div key={key} className={styles.row}>
                  {text}
                  <Key>{key}</Key>
                </div>
              ))}
            </section>
          ))}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
