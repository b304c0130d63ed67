import { Check, HeartPulse, Keyboard, KeyRound, LogOut, Send, SquareTerminal } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { Link } from 'react-router';
import menu from '../components/Menu.module.css';
import { useMessages } from '../i18n/locale.tsx';
import { setTheme, themes, useTheme } from '../theme/theme.ts';
import styles from './AccountMenu.module.css';
import { useShop } from './shop-context.tsx';

interface AccountMenuProps {
  onShortcuts(): void;
  onTelegram(): void;
  onSignOut(): void;
}

/** Who is signed in and what the role is, the theme, the playground, the way out. */
export function AccountMenu({ onShortcuts, onTelegram, onSignOut }: AccountMenuProps) {
  const t = useMessages();
  const { viewer, may } = useShop();
  const theme = useTheme();
  const name = viewer?.name || viewer?.email || t.account.menu;
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={styles.trigger}>
        <span className={styles.face} aria-hidden>
          {initials(name)}
        </span>
        <span className={styles.who}>
          <span className="visually-hidden">{t.account.menu}: </span>
          <span className={styles.name}>{name}</span>
          {viewer ? <span className={styles.role}>{t.account.roles[viewer.role]}</span> : null}
        </span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menu.content} align="end" sideOffset={6} collisionPadding={12}>
          {viewer ? (
            <DropdownMenu.Label className={menu.label}>
              {viewer.email} · {t.account.roles[viewer.role]}
            </DropdownMenu.Label>
          ) : null}
          <DropdownMenu.Label className={menu.label}>{t.settings.theme}</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={theme} onValueChange={(value) => setTheme(value as typeof theme)}>
            {themes.map((value) => (
              <DropdownMenu.RadioItem key={value} value={value} className={menu.item}>
                <span className={menu.mark}>
                  <DropdownMenu.ItemIndicator>
                    <Check aria-hidden />
                  </DropdownMenu.ItemIndicator>
                </span>
                {t.settings.themes[value]}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className={menu.separator} />
          <DropdownMenu.Item className={menu.item} asChild>
            <a href="/graphiql">
              <SquareTerminal aria-hidden />
              {t.nav.playground}
            </a>
          </DropdownMenu.Item>
          <DropdownMenu.Item className={menu.item} asChild>
            <Link to="/status">
              <HeartPulse aria-hidden />
              {t.account.status}
            </Link>
          </DropdownMenu.Item>
          {may('accounts:manage') ? (
            <DropdownMenu.Item className={menu.item} asChild>
              <Link to="/keys">
                <KeyRound aria-hidden />
                {t.account.keys}
              </Link>
            </DropdownMenu.Item>
          ) : null}
          {viewer ? (
            <DropdownMenu.Item className={menu.item} onSelect={onTelegram}>
              <Send aria-hidden />
              Telegram
            </DropdownMenu.Item>
          ) : null}
          <DropdownMenu.Item className={menu.item} onSelect={onShortcuts}>
            <Keyboard aria-hidden />
            {t.settings.shortcuts}
          </DropdownMenu.Item>
          <DropdownMenu.Separator className={menu.separator} />
          <DropdownMenu.Item className={menu.item} onSelect={onSignOut}>
            <LogOut aria-hidden />
            {t.account.signOut}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function initials(name: string): string {
  const [first = '', second = ''] = name.split(/[\s@.]+/u);
  return (first.charAt(0) + second.charAt(0)).toUpperCase();
}
