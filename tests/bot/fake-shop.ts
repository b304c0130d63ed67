/** A made-up shop in the shape of the API schema. Tests change it to see what the bot makes of it. */
export type FakeShop = ReturnType<typeof createShop>;

const asOf = '2026-11-23T03:10:00.000Z';
const money = (amountMinor: number, currency = 'GBP') => ({ amountMinor, currency });
type Locale = { locale?: 'EN' | 'RU' };
const inWords =
  (en: string, ru: string) =>
  ({ locale }: Locale) =>
    locale === 'RU' ? ru : en;

export function createShop() {
  const shop = {
    name: 'Demo shop',
    asOf,
    today: '2026-11-23',
    clock: 'NOW',
    demo: true,
    timeZone: 'Europe/London',
    currency: 'GBP',
    attribution: null,
  };
  const version = (name: string, number: number) => ({
    id: `version-${name}-${number}`,
    name,
    version: number,
    trainedAt: asOf,
    asOf,
    primaryMetric: {
      name: 'rocAuc',
      title: inWords('Ranking', 'Ранжирование'),
      value: 0.7612,
      baselineName: 'recency',
      baselineTitle: inWords('recency alone', 'только давность'),
      baseline: 0.7,
      higherIsBetter: true,
    },
  });
  const customers = Array.from({ length: 12 }, (_, index) => ({
    id: Buffer.from(`Customer:u:${17850 + index}`).toString('base64url'),
    externalId: String(17850 + index),
    anonymous: false,
    name: `Customer ${index + 1}`,
    email: `customer-${index + 1}@example.com`,
    phone: '+44 20 7946 0000',
    country: 'United Kingdom',
    city: 'Leeds',
    orderCount: 3 + index,
    revenue: money(120_000 - index * 1000),
    rfm: { recencyDays: 40 + index },
    segment: {
      name: inWords('At risk', 'Под угрозой'),
      reasons: [{ text: inWords('Bought long ago', 'Давно не покупал') }],
    },
    churn: {
      probability: 0.91 - index / 50,
      low: 0.8,
      high: 0.95,
      band: 'HIGH',
      horizonDays: 90,
      asOf,
      reasons: [
        { text: inWords('No order for 40 days', 'Нет заказов 40 дней'), weight: 1.2 },
        { text: inWords('Many orders before', 'Раньше было много заказов'), weight: -0.4 },
      ],
      unavailable: null as null | { text: ReturnType<typeof inWords> },
      model: version('users.churn', 3),
    },
    lifetimeValue: { value: money(30_000), low: money(12_000), high: money(55_000), unavailable: null },
    timeline: {
      edges: [
        {
          node: {
            __typename: 'OrderEntry',
            at: '2026-10-14T09:30:00.000Z',
            text: inWords('Order 4711 for £12.50: 1 item.', 'Заказ 4711 на 12,50 £: 1 товар.'),
          },
        },
      ],
    },
    recommendations: {
      pipeline: 'HYBRID',
      unavailable: null,
      edges: Array.from({ length: 5 }, (_, place) => ({
        node: {
          rank: place + 1,
          product: { name: inWords(`Mug ${place + 1}`, `Кружка ${place + 1}`), price: money(1250) },
          reasons: [{ text: inWords('Bought together with your teapot', 'Покупают с вашим чайником') }],
        },
      })),
    },
  }));
  const segments = [
    {
      id: 'U2VnbWVudDpjaGFtcGlvbnM',
      key: 'champions',
      name: inWords('Champions', 'Чемпионы'),
      description: inWords('They buy often and bought lately.', 'Покупают часто и покупали недавно.'),
      size: 321,
      share: 0.21,
      asOf,
      profile: {
        recencyDays: 12.4,
        frequency: 9,
        monetary: money(84_000),
        revenue: money(26_964_000),
        churnProbability: 0.12,
      },
      model: version('users.segmentation', 2),
    },
    {
      id: 'U2VnbWVudDphdC1yaXNr',
      key: 'at-risk',
      name: inWords('At risk', 'Под угрозой'),
      description: inWords('They used to buy.', 'Раньше покупали.'),
      size: 120,
      share: 0.08,
      asOf,
      profile: {
        recencyDays: 95,
        frequency: 4,
        monetary: money(30_000),
        revenue: money(3_600_000),
        churnProbability: 0.7,
      },
      model: version('users.segmentation', 2),
    },
  ];
  const figures = (revenueMinor: number, refundsMinor: number) => ({
    asOf,
    period: { from: '2026-10-27', to: '2026-11-23' },
    revenue: money(revenueMinor),
    netRevenue: money(revenueMinor - refundsMinor),
    refunds: money(refundsMinor),
    total: money(revenueMinor),
    orders: 200,
    customers: 150,
    newCustomers: 20,
    units: 900,
    averageOrderValue: money(Math.round(revenueMinor / 200)),
    conversionRate: 0.034 as number | null,
    visits: 5900,
    series: Array.from({ length: 28 }, (_, day) => ({
      date: new Date(Date.UTC(2026, 9, 27 + day)).toISOString().slice(0, 10),
      revenue: money(40_000 + 1000 * (day % 7)),
    })),
    comparison: null as null | Record<string, unknown>,
  });
  const current = figures(1_234_500, 12_000);
  const before = { ...figures(1_000_000, 0), period: { from: '2026-09-29', to: '2026-10-26' } };
  const products = Array.from({ length: 7 }, (_, index) => ({
    externalId: `SKU-${index + 1}`,
    name: inWords(`Teapot ${index + 1}`, `Чайник ${index + 1}`),
    price: money(2500),
    revenue: money(500_000 - index),
    unitsSold: 200 - index,
    elasticity:
      index === 1
        ? {
            value: null,
            low: null,
            high: null,
            asOf: null,
            unavailable: { text: inWords('Its price never moved', 'Цена не менялась') },
          }
        : { value: -1.52, low: -2.1, high: -0.95, asOf, unavailable: null },
  }));
  const anomalies = Array.from({ length: 5 }, (_, index) => ({
    date: `2026-11-${String(20 - index).padStart(2, '0')}`,
    metric: index === 0 ? 'REVENUE' : 'ORDERS',
    direction: 'LOW',
    severity: index === 0 ? 'CRITICAL' : 'NOTICE',
    value: index === 0 ? 12_300 : 2,
    expected: index === 0 ? 45_600 : 8,
    low: index === 0 ? 40_000 : 6,
    high: index === 0 ? 51_000 : 11,
    asOf,
    reasons: [{ text: inWords('A Friday is usually busier', 'Обычно пятница оживлённее') }],
  }));
  const models = [
    {
      name: 'users.churn',
      title: inWords('Churn', 'Отток'),
      status: 'SERVED',
      unavailable: null,
      served: version('users.churn', 3),
    },
    {
      name: 'products.elasticity',
      title: inWords('Elasticity', 'Эластичность'),
      status: 'NOT_ENOUGH_DATA',
      unavailable: { text: inWords('12 weeks of sales are needed, 3 are there', 'Нужно 12 недель продаж, есть 3') },
      served: null,
    },
  ];
  const variants = [
    { key: 'blue', name: 'Blue' },
    { key: 'green', name: 'Green' },
  ];
  const experiments = [
    {
      key: 'buy-button',
      name: 'Green <buy> button',
      status: 'RUNNING',
      startedAt: '2026-11-02T08:00:00.000Z',
      variants,
      results: {
        people: 1_600,
        asOf,
        decision: {
          code: 'WINNER',
          variant: 'green',
          reasons: [{ text: inWords('Against the control: +83 %', 'По сравнению с контролем: +83 %') }],
        },
      },
    },
    { key: 'planned', name: 'Planned', status: 'DRAFT', startedAt: null, variants, results: null },
  ];
  const data = {
    experiments,
    shop,
    customers,
    segments,
    current,
    before: before as typeof before | null,
    products,
    anomalies,
    models,
  };

  type Need = (scope: string) => void;
  const guarded = (customer: (typeof customers)[number] | undefined, need: Need) => {
    if (!customer) return null;
    const personal =
      <T>(value: T) =>
      () => {
        need('personal:read');
        return value;
      };
    const { name, email, phone } = customer;
    return { ...customer, name: personal(name), email: personal(email), phone: personal(phone) };
  };
  const connection = <T>(items: readonly T[]) => ({ totalCount: items.length, edges: items.map((node) => ({ node })) });
  interface Where {
    externalId?: { startsWith?: string };
    churnProbability?: { range: { gte: number } };
    segment?: string;
  }
  const root: Record<string, (args: never, need: Need) => unknown> = {
    shop: () => data.shop,
    segments: () => data.segments,
    metrics: ({ compareTo }: { compareTo?: string }) => ({
      ...data.current,
      comparison: compareTo ? data.before : null,
    }),
    customer: ({ id, externalId }: { id?: string; externalId?: string }, need) =>
      guarded(
        data.customers.find((each) => each.id === id || each.externalId === externalId),
        need,
      ),
    customers: ({ where }: { where: Where }, need) => {
      const start = where.externalId?.startsWith;
      const least = where.churnProbability?.range.gte ?? 0;
      const found = data.customers.filter(
        ({ externalId, churn }) => (start === undefined || externalId.startsWith(start)) && churn.probability >= least,
      );
      return connection(found.map((customer) => guarded(customer, need)));
    },
    products: () => connection(data.products),
    anomalies: () => connection(data.anomalies),
    models: () => data.models,
    experiments: () => data.experiments,
  };
  return { ...data, data, root };
}
