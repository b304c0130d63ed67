/** Who the examples are for, each with queries that their role may ask. */
export const readers = ['analyst', 'marketer', 'developer'] as const;

/** A query that works as it stands; `variables` are filled with ids of this shop before it is shown. */
export interface Example {
  name: string;
  reader: (typeof readers)[number];
  title: { en: string; ru: string };
  query: string;
  needs?: readonly ('customer' | 'product')[];
}

/** Whose ids the examples are filled with: the customer of whom most revenue can still be saved and the best-selling product. */
export const ExampleIds = /* GraphQL */ `query ExampleIds {
  customers(first: 1, orderBy: { field: REVENUE_AT_RISK }) {
    edges {
      node {
        id
      }
    }
  }
  products(first: 1, orderBy: { field: REVENUE }) {
    edges {
      node {
        id
      }
    }
  }
}
`;

/** The catalogue, most telling first. Tests run each of them against the real graph. */
export const examples: readonly Example[] = [
  {
    name: 'CustomerFromAllSubgraphs',
    reader: 'analyst',
    title: { en: 'One customer, answered by all four subgraphs', ru: 'Один покупатель из всех четырёх подграфов' },
    needs: ['customer'],
    query: /* GraphQL */ `query CustomerFromAllSubgraphs($customer: ID!) {
  customer(id: $customer) {
    name
    segment {
      name
      reasons {
        text
      }
    }
    churn {
      probability
      reasons {
        text
        weight
      }
      asOf
      model {
        version
      }
    }
    recommendations(first: 5) {
      edges {
        node {
          product {
            name
            price {
              amountMinor
              currency
            }
            elasticity {
              value
              low
              high
            }
          }
          reasons {
            text
          }
        }
      }
    }
  }
  metrics(range: LAST_28_DAYS) {
    revenue {
      amountMinor
    }
  }
}
`,
  },
  {
    name: 'RevenueByMonth',
    reader: 'analyst',
    title: { en: 'Revenue, orders and refunds by month', ru: 'Выручка, заказы и возвраты по месяцам' },
    query: /* GraphQL */ `query RevenueByMonth {
  shop {
    currency
    today
  }
  metrics(range: LAST_364_DAYS, interval: MONTH, compareTo: PREVIOUS_YEAR) {
    period {
      from
      to
    }
    revenue {
      amountMinor
    }
    orders
    refunds {
      amountMinor
    }
    series {
      date
      revenue {
        amountMinor
      }
      orders
    }
    comparison {
      revenue {
        amountMinor
      }
    }
  }
}
`,
  },
  {
    name: 'CustomersAtRisk',
    reader: 'marketer',
    title: { en: 'Whose leaving would cost most, and why', ru: 'Чей уход обойдётся дороже всего и почему' },
    query: /* GraphQL */ `query CustomersAtRisk {
  customers(
    first: 10
    orderBy: { field: REVENUE_AT_RISK, direction: DESC }
    where: { churnProbability: { range: { gte: 0.5 } } }
  ) {
    totalCount
    edges {
      node {
        externalId
        country
        revenue {
          amountMinor
          currency
        }
        churn {
          probability
          low
          high
          band
          reasons {
            text(locale: EN)
            weight
          }
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
  },
  {
    name: 'Segments',
    reader: 'marketer',
    title: { en: 'Segments and their typical customers', ru: 'Сегменты и их типичные покупатели' },
    query: /* GraphQL */ `query Segments {
  segments {
    key
    name
    description
    size
    share
    profile {
      recencyDays
      frequency
      monetary {
        amountMinor
      }
      revenue {
        amountMinor
      }
      churnProbability
    }
    customers(first: 3) {
      edges {
        node {
          externalId
          revenue {
            amountMinor
          }
        }
      }
    }
  }
}
`,
  },
  {
    name: 'PriceSensitiveProducts',
    reader: 'analyst',
    title: { en: 'Products whose sales a price moves most', ru: 'Товары, чьи продажи сильнее всего зависят от цены' },
    query: /* GraphQL */ `query PriceSensitiveProducts {
  products(first: 10, where: { elasticity: { range: { lte: -1 } } }, orderBy: { field: REVENUE }) {
    totalCount
    edges {
      node {
        name
        price {
          amountMinor
          currency
        }
        elasticity {
          value
          low
          high
          confidence
          reasons {
            text
          }
        }
      }
    }
  }
}
`,
  },
  {
    name: 'ProductAndItsNeighbours',
    reader: 'marketer',
    title: { en: 'A product: sales, prices, what goes with it', ru: 'Товар: продажи, цены и что к нему подходит' },
    needs: ['product'],
    query: /* GraphQL */ `query ProductAndItsNeighbours($product: ID!) {
  product(id: $product) {
    name
    unitsSold
    weeklySales(weeks: 8) {
      week
      units
    }
    priceHistory(first: 5) {
      at
      price {
        amountMinor
      }
    }
    boughtTogether(first: 3) {
      edges {
        node {
          product {
            name
          }
          reasons {
            text
          }
        }
      }
    }
    similar(first: 3) {
      edges {
        node {
          product {
            name
          }
        }
      }
    }
  }
}
`,
  },
  {
    name: 'UnusualDays',
    reader: 'analyst',
    title: { en: 'Unusual days and what was expected', ru: 'Необычные дни и что ожидалось' },
    query: /* GraphQL */ `query UnusualDays {
  anomalies(first: 10, where: { severity: WARNING }) {
    edges {
      node {
        date
        metric
        value
        expected
        low
        high
        severity
        reasons {
          text
        }
      }
    }
  }
}
`,
  },
  {
    name: 'ModelsAndBaselines',
    reader: 'developer',
    title: { en: 'Models beside their baselines', ru: 'Модели рядом с простыми правилами' },
    query: /* GraphQL */ `query ModelsAndBaselines {
  models {
    name
    status
    served {
      version
      trainedAt
      asOf
      rows
      primaryMetric {
        name
        value
        baselineTitle
        baseline
        higherIsBetter
      }
    }
  }
}
`,
  },
  {
    name: 'LiveFigures',
    reader: 'developer',
    title: { en: 'Figures that move with every order', ru: 'Показатели, которые меняются с каждым заказом' },
    query: /* GraphQL */ `subscription LiveFigures {
  metricsChanged(range: TODAY) {
    asOf
    orders
    visits
    revenue {
      amountMinor
      currency
    }
  }
}
`,
  },
  {
    name: 'LiveCustomer',
    reader: 'developer',
    title: { en: 'A customer, as things happen', ru: 'Покупатель, пока всё происходит' },
    needs: ['customer'],
    query: /* GraphQL */ `subscription LiveCustomer($customer: ID!) {
  customerChanged(id: $customer) {
    lastSeenAt
    orderCount
    churn {
      probability
    }
    recommendations(first: 3) {
      edges {
        node {
          product {
            name
          }
        }
      }
    }
  }
}
`,
  },
  {
    name: 'WhatRecommendationsBring',
    reader: 'marketer',
    title: { en: 'What recommendations and their rules bring', ru: 'Что дают рекомендации и их правила' },
    query: /* GraphQL */ `query WhatRecommendationsBring {
  recommendationPerformance(days: 28) {
    placement
    impressions
    clicks
    orderLines
  }
  merchandisingRules {
    name
    action
    enabled
    placements
  }
}
`,
  },
  {
    name: 'CustomersPageByPage',
    reader: 'developer',
    title: {
      en: 'Page by page: put endCursor into "after"',
      ru: 'Постранично: подставьте endCursor в after',
    },
    query: /* GraphQL */ `query CustomersPageByPage($after: String) {
  customers(first: 20, after: $after, orderBy: { field: REVENUE }) {
    totalCount
    edges {
      node {
        id
        externalId
        orderCount
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
  },
  {
    name: 'NodeById',
    reader: 'developer',
    title: { en: 'Anything by its global id', ru: 'Любой объект по глобальному идентификатору' },
    needs: ['product'],
    query: /* GraphQL */ `query NodeById($product: ID!) {
  node(id: $product) {
    __typename
    id
    ... on Product {
      name
    }
    ... on Customer {
      externalId
    }
  }
}
`,
  },
  {
    name: 'SystemHealth',
    reader: 'developer',
    title: { en: 'How each part of the system does', ru: 'Как работает каждая часть системы' },
    query: /* GraphQL */ `query SystemHealth {
  health {
    status
    text
    parts {
      name
      status
      since
      ageSeconds
      text
    }
  }
}
`,
  },
];
