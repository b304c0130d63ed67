import { Key } from '../components/Key.tsx';
import { Modal } from '../components/Modal.tsx';
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
    <Modal title={t.settings.shortcuts} about={t.settings.shortcutsAbout} open={open} onOpenChange={onOpenChange}>
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
    </Modal>
  );
}
