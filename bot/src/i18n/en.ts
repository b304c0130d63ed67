import type { AnomalySeverity, MetricName, ModelStatus, Role } from '../generated/graphql.ts';
import { plural } from './plural.ts';

const customers = plural('en-GB', { one: '# customer', other: '# customers' });
const orders = plural('en-GB', { one: '# order', other: '# orders' });
const days = plural('en-GB', { one: '# day', other: '# days' });
const people = plural('en-GB', { one: '# person met it', other: '# people met it' });
const products = plural('en-GB', { one: '# product', other: '# products' });

const roles: Record<Role, string> = {
  ADMIN: 'administrator',
  ANALYST: 'analyst',
  MARKETER: 'marketer',
  VIEWER: 'viewer',
};

const metricNames: Record<MetricName, string> = {
  AVERAGE_ORDER_VALUE: 'Average order',
  CONVERSION_RATE: 'Conversion',
  CUSTOMERS: 'Customers who ordered',
  DISCOUNTS: 'Discounts',
  ORDERS: 'Orders',
  PRODUCT_VIEWS: 'Product views',
  REFUNDS: 'Refunds',
  REVENUE: 'Revenue',
  VISITS: 'Visits',
};

const severities: Record<AnomalySeverity, string> = {
  CRITICAL: 'look now',
  WARNING: 'worth a look',
  NOTICE: 'worth a note',
};

const modelStatuses: Record<ModelStatus, string> = {
  SERVED: 'answers',
  BELOW_BASELINE: 'does not beat its baseline, so it does not answer',
  NEVER_TRAINED: 'was never fitted',
  NOT_ENOUGH_DATA: 'has too little data',
};

/** Every text of the bot in English. It is the shape that the other languages have to fill. */
export const en = {
  language: 'English',
  counts: { customers, orders, days, products },

  commands: {
    menu: 'The menu: overview, segments, customers, products',
    overview: 'Revenue, orders and customers of a period',
    experiments: 'Experiments, and what there is to say of them',
    find: 'A customer by the shop’s own id: /find 17850',
    language: 'Русский / English',
    help: 'What this bot can do',
    unlink: 'Disconnect this chat from your account',
  },
  description:
    'Customers, segments, churn, products and anomalies of your shop. Connect this chat from the dashboard: account menu → Telegram.',

  link: {
    needed: 'This chat is not connected to an account yet.',
    how: (publicUrl: string) =>
      `Open the dashboard at ${publicUrl}, choose <b>Telegram</b> in the account menu, and send me the code that it shows:`,
    example: '/start CODE',
    lifetime: 'A code works once and for 15 minutes.',
    done: (name: string, role: Role) => `Connected. I now answer for ${name} (${roles[role]}).`,
    refused: 'That code does not work. It may have been used already, or be older than 15 minutes.',
    tooMany: 'Too many codes were tried in this chat. Wait a few minutes and take a fresh code.',
    groupNote: 'Everybody in this group sees what I answer here.',
  },
  unlink: {
    ask: 'Disconnect this chat? I will forget which account it belongs to.',
    yes: 'Disconnect',
    no: 'Keep',
    done: 'This chat is disconnected. A new code connects it again.',
    expired: 'That question is too old. Send /unlink again.',
    admins: 'In a group only its administrators can do this.',
  },
  languageQuestion: 'Which language shall I speak in this chat?',
  languageSet: 'I will answer in English here.',
  help: {
    title: 'What I can do',
    lines: [
      '/menu – the menu; its message changes in place as you press its buttons',
      '/overview – revenue, orders and customers of a period, compared with the one before',
      '/experiments – what is being tried, and what there is to say of it',
      '/find 17850 – a customer by the shop’s own id, with churn, reasons and recommendations',
      '/language – Русский или English',
      '/unlink – disconnect this chat',
    ],
    age: 'Each answer says how old its figures are, and by which clock.',
  },
  unknownText: 'I understand the buttons and the commands. /help lists them.',

  menu: {
    title: (shop: string) => shop,
    today: (day: string) => `Today by the shop’s clock: ${day}`,
    question: 'What would you like to see?',
    account: (name: string, role: Role) => `I answer for ${name} (${roles[role]}).`,
    overview: '📊 Overview',
    segments: '👥 Segments',
    risk: '⚠️ Customers at risk',
    products: '🏷 Products',
    anomalies: '🔎 Anomalies',
    models: '🧠 Models',
    experiments: '🧪 Experiments',
    language: '🌐 Русский',
    dashboard: 'Open the dashboard',
    home: '☰ Menu',
    back: '← Back',
    refresh: '⟳ Refresh',
  },
  pager: { previous: '‹ Prev', next: 'Next ›' },

  age: {
    asOf: (moment: string) => `As of ${moment}`,
    justNow: 'just now',
    historical: 'historical data: the clock stands at its latest event',
    demo: 'demo shop',
    partial: 'A part of the graph did not answer; what it owns is missing here.',
  },

  periods: { '7': '7 days', '28': '28 days', '91': '91 days', '364': '364 days', all: 'All time' },
  overview: {
    title: (period: string) => `Overview · ${period}`,
    compared: (days: string) => `compared with ${days}`,
    notCompared: 'no data to compare with: the period before begins before the first day with data',
    todayOpen: ' · today is not over',
    revenue: 'Revenue',
    netRevenue: 'Net of refunds',
    refunds: 'Refunds',
    orders: 'Orders',
    customers: 'Customers who ordered',
    newCustomers: 'First-time customers',
    averageOrder: 'Average order',
    conversion: 'Conversion',
    visits: 'Visits',
    isNew: 'new',
    same: 'no change',
    chart: '📈 Chart',
    none: 'There are no figures for this period.',
  },
  chart: {
    title: (period: string) => `Revenue · ${period}`,
    perDay: 'by day',
    perWeek: 'by week',
    perMonth: 'by month',
    current: 'this period',
    previous: 'the period before',
    open: 'The last point is dotted: it is not over yet.',
    close: '✕ Close',
    empty: 'There is no revenue in this period to draw.',
  },

  segments: {
    title: 'Segments',
    none: 'There are no segments yet. They appear when the segmentation has been fitted.',
    typical: 'Typical customer',
    recency: (count: string) => `bought ${count} ago`,
    monetary: (amount: string) => `${amount} in all`,
    revenue: 'Revenue of the segment',
    churn: 'Mean churn probability',
    atRisk: '⚠️ At risk in this segment',
    gone: 'That segment is not there any more. These are the segments now.',
  },

  risk: {
    title: 'Customers at risk',
    titleIn: (segment: string) => `Customers at risk · ${segment}`,
    rule: 'Churn probability from 50%, ordered by the revenue that can still be saved',
    toSave: (part: string, revenue: string) => `${part} to save of ${revenue}`,
    top: (shown: string, total: string) => `the first ${shown} of ${total}`,
    none: 'No customer has a churn probability from 50%.',
    unavailable: 'There are no churn probabilities right now. /menu → Models says why.',
    page: (page: string, pages: string) => `page ${page} of ${pages}`,
    choose: 'Press a number to see why, and what to offer.',
    moved: 'The list has changed since. This is how it stands now.',
  },
  customer: {
    anonymous: 'Visitor without an account',
    email: 'E-mail',
    from: 'From',
    revenue: 'Revenue',
    lastOrder: (days: string) => `last order ${days} ago`,
    segment: 'Segment',
    churn: 'Churn',
    churnWithin: (days: string) => `does not buy within ${days}`,
    bands: { LOW: 'low', MEDIUM: 'medium', HIGH: 'high' },
    value: 'Expected in the next 12 months',
    lately: 'Lately',
    recommendations: 'Recommended',
    notPersonal: 'not personal',
    version: (version: string) => `model version ${version}`,
    notFound: (id: string) => `There is no customer with the id ${id}.`,
    similar: 'Ids that begin with it:',
    findUsage: 'Send the shop’s own id of a customer after the command:',
    findExample: '/find 17850',
    interval: (low: string, high: string) => `${low} to ${high}`,
  },

  products: {
    title: 'Products by revenue',
    none: 'There are no products yet.',
    elasticity: (value: string, low: string, high: string) => `elasticity ${value} (${low} to ${high})`,
    meaning: 'Elasticity: per cent of units for one per cent of price, with its interval.',
    units: (count: string) => `${count} sold`,
    noElasticity: 'no elasticity',
  },

  experiments: {
    title: 'Experiments',
    none: 'Nothing is being tried. Experiments are defined in the dashboard.',
    statuses: { DRAFT: 'draft', RUNNING: 'running', STOPPED: 'stopped', ARCHIVED: 'archived' },
    since: (status: string, day: string) => `${status}, started ${day}`,
    people,
    decisions: {
      NOT_ENOUGH_DATA: () => 'Too little data yet',
      KEEP_RUNNING: () => 'Go on: nothing is certain yet',
      WINNER: (variant: string) => `“${variant}” is better`,
      KEEP_CONTROL: (variant: string) => `Keep “${variant}”`,
      NO_WORTHWHILE_DIFFERENCE: () => 'No difference that would be worth it',
      GUARD_HARMED: (variant: string) => `“${variant}” does harm`,
      INVALID: () => 'Not to be trusted: look at how people were divided',
    },
  },
  anomalies: {
    title: 'Anomalies',
    none: 'Nothing unusual was found.',
    expected: (value: string, low: string, high: string) => `expected ${value} (${low} to ${high})`,
    metricNames,
    severities,
  },

  models: {
    title: 'Models',
    none: 'There are no models.',
    statuses: modelStatuses,
    version: (version: string, day: string) => `version ${version}, data up to ${day}`,
    against: (metric: string, value: string, baselineName: string, baseline: string) =>
      `${metric}: ${value}; the baseline (${baselineName}): ${baseline}`,
  },

  faults: {
    unreachable: 'The shop’s graph does not answer right now. Try again in a minute.',
    busy: 'The shop’s graph has too much to do right now. Try again in a minute.',
    forbidden: 'Your account may not see this. An administrator can give it the right role.',
    signedOut: 'I could not act for your account just now. Try again; if it stays so, connect this chat anew.',
    unexpected: 'Something went wrong on my side; it is in the log. Try again.',
    flood: 'Slowly, please: I answer again in a few seconds.',
    oldButton: 'This button is not valid here. /menu opens a fresh one.',
  },
};

/** Every text of the bot, in one language. */
export type Words = typeof en;
