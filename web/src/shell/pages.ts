import {
  Activity,
  BrainCircuit,
  FlaskConical,
  LayoutDashboard,
  ListOrdered,
  type LucideIcon,
  Package,
  Shapes,
  Users,
} from 'lucide-react';
import type { Messages } from '../i18n/en.ts';

/** A page that the navigation offers. */
export interface PageLink {
  path: string;
  label: keyof Pick<
    Messages['nav'],
    'overview' | 'customers' | 'products' | 'models' | 'events' | 'rules' | 'segments' | 'experiments'
  >;
  Icon: LucideIcon;
  key: string;
  /** Scope without which the page has nothing to show. */
  needs?: string;
}

/** The one table of pages: the navigation and the keyboard come from it. */
export const pageLinks: readonly PageLink[] = [
  { path: '/', label: 'overview', Icon: LayoutDashboard, key: '1' },
  { path: '/customers', label: 'customers', Icon: Users, key: '2' },
  { path: '/segments', label: 'segments', Icon: Shapes, key: '3' },
  { path: '/products', label: 'products', Icon: Package, key: '4' },
  { path: '/rules', label: 'rules', Icon: ListOrdered, key: '5' },
  { path: '/experiments', label: 'experiments', Icon: FlaskConical, key: '6' },
  { path: '/models', label: 'models', Icon: BrainCircuit, key: '7' },
  { path: '/events', label: 'events', Icon: Activity, key: '8', needs: 'personal:read' },
];
