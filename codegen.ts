import type { CodegenConfig } from '@graphql-codegen/cli';

const scalars = {
  DateTime: { input: 'string', output: 'Date | string' },
  Date: { input: 'string', output: 'string' },
  SafeInt: { input: 'number', output: 'number' },
  JSON: { input: 'unknown', output: 'unknown' },
};

/** Resolver types of one subgraph; `mappers` name the row type behind each GraphQL type that is not resolved field by field. */
function subgraph(name: string, mappers: Record<string, string>): CodegenConfig['generates'] {
  return {
    [`subgraphs/${name}/src/generated/resolvers.ts`]: {
      schema: ['platform/src/graph/shared.graphql', `subgraphs/${name}/src/schema/*.graphql`],
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        federation: true,
        enumsAsTypes: true,
        useTypeImports: true,
        importExtension: '.ts',
        contextType: '../context.ts#Context',
        scalars,
        maybeValue: 'T | null | undefined',
        mappers: {
          Reason: '@cda/platform/graph/values.ts#StoredReason',
          Unavailable: '@cda/platform/graph/values.ts#StoredUnavailable',
          ...mappers,
        },
        resolversNonOptionalTypename: { unionMember: true, interfaceImplementingType: true },
      },
    },
  };
}

/** Typed operations of a client, from the graph that clients see. */
function client(folder: string): CodegenConfig['generates'] {
  return {
    [`${folder}/src/generated/`]: {
      schema: 'schema/api.graphql',
      documents: [`${folder}/src/**/*.{ts,tsx}`, `!${folder}/src/generated/**`, `!${folder}/src/playground/**`],
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        enumsAsTypes: true,
        useTypeImports: true,
        importExtension: '.ts',
        documentMode: 'documentNode',
        scalars: { DateTime: 'string', Date: 'string', SafeInt: 'number', JSON: 'unknown' },
      },
    },
  };
}

const config: CodegenConfig = {
  ignoreNoDocuments: true,
  generates: {
    ...subgraph('users', {
      Account: '../entities/account.ts#AccountRow',
      ApiKey: '../entities/api-key.ts#ApiKeyRow',
      ApiKeyIdentity: '../entities/api-key.ts#ApiKeyRow',
      Customer: '../entities/customer.ts#CustomerRow',
      CustomerConnection: '../loaders/customer-list.ts#CustomerPage',
      CustomerIdentity: '../resolvers/CustomerIdentity.ts#CustomerIdentityParent',
      CustomerMerge: '../identity/merges.ts#MergeRow',
      CustomerSegment: '../entities/customer-segment.ts#CustomerSegmentRow',
      Rfm: '../entities/customer.ts#CustomerRow',
      Segment: '../entities/segment.ts#SegmentRow',
      SegmentProfile: '../entities/segment.ts#SegmentRow',
      Churn: '../resolvers/Churn.ts#ChurnParent',
      LifetimeValue: '../resolvers/LifetimeValue.ts#LifetimeValueParent',
      ChurnOverview: '../loaders/churn-overview.ts#ChurnOverviewRow',
      ChurnBandTotal: '../loaders/churn-overview.ts#ChurnBandTotalRow',
      SegmentChurn: '../loaders/churn-overview.ts#SegmentChurnRow',
      ChurnRule: '../loaders/churn-overview.ts#ChurnRuleRow',
      ChurnContender: '../loaders/churn-overview.ts#ChurnContenderRow',
      ChurnWhatIf: '../models/churn-what-if.ts#ChurnWhatIfRow',
      RulePreview: '../resolvers/rule-segments.ts#RulePreviewParent',
      RuleSegment: '../entities/rule-segment.ts#RuleSegmentRow',
      OrderProbability: '../loaders/lifetime-values.ts#OrderProbabilityRow',
      ScorePoint: '../loaders/histories.ts#ScorePointRow',
      SegmentSize: '../loaders/histories.ts#SegmentSizeRow',
      SegmentFlow: '../loaders/histories.ts#SegmentFlowRow',
      SegmentMove: '../loaders/histories.ts#SegmentMoveRow',
      Segmentation: '../loaders/segmentation.ts#SegmentationRow',
      SegmentationPart: '../loaders/segmentation.ts#SegmentationPartRow',
      UnusualCustomer: '../loaders/unusual-customers.ts#UnusualCustomerRow',
      TimelineEntry: '../loaders/timeline.ts#TimelineRow',
      OrderEntry: '../loaders/timeline.ts#OrderEntryRow',
      RefundEntry: '../loaders/timeline.ts#RefundEntryRow',
      VisitEntry: '../loaders/timeline.ts#VisitEntryRow',
      MessageEntry: '../loaders/timeline.ts#MessageEntryRow',
      ProfileEntry: '../loaders/timeline.ts#ProfileEntryRow',
      MergeEntry: '../loaders/timeline.ts#MergeEntryRow',
      SegmentEntry: '../loaders/timeline.ts#SegmentEntryRow',
      ChurnBandEntry: '../loaders/timeline.ts#ChurnBandEntryRow',
      ModelVersion: '@cda/platform/models/registry.ts#RegisteredVersion',
    }),
    ...subgraph('products', {
      Product: '../entities/product.ts#ProductRow',
      ProductConnection: '../loaders/product-list.ts#ProductPage',
      Category: '../loaders/categories.ts#CategoryRow',
      PricePoint: '../loaders/price-history.ts#PricePointRow',
      WeeklySales: '../loaders/weekly-sales.ts#WeeklySalesRow',
      Elasticity: '../resolvers/Elasticity.ts#ElasticityParent',
      DemandForecast: '../models/price-advice.ts#DemandAdvice',
      BestPrice: '../models/price-advice.ts#PriceAdvice',
      ModelVersion: '@cda/platform/models/registry.ts#RegisteredVersion',
    }),
    ...subgraph('recommendations', {
      MerchandisingRule: '../loaders/rules.ts#RuleRow',
      ModelVersion: '@cda/platform/models/registry.ts#RegisteredVersion',
      RecommendationPerformance: '../loaders/performance.ts#PerformanceRow',
      RuleMatch: '../merchandising/rule.ts#RuleMatch as MatchOfRule',
    }),
    ...subgraph('analytics', {
      Model: '../resolvers/model-row.ts#ModelRow',
      ModelVersion: '../resolvers/model-row.ts#VersionRow',
      TrainingRun: '../resolvers/model-row.ts#RunRow',
      Event: '../loaders/events.ts#EventRow',
      QuarantinedEvent: '../loaders/quarantine.ts#QuarantineRow',
      QuarantineConnection: '../loaders/quarantine.ts#QuarantinePage',
      Metrics: '../resolvers/query-metrics.ts#MetricsParent',
      MetricPoint: '../loaders/metrics.ts#PointFigures',
      MetricValue: '@cda/platform/models/measure-titles.ts#NamedValue',
      Anomaly: '../entities/anomaly.ts#AnomalyRow',
      AnomalyConnection: '../loaders/anomalies.ts#AnomalyPage',
      Forecast: '../resolvers/query-forecast.ts#ForecastParent',
      ForecastPoint: '../loaders/forecast.ts#ForecastRow',
      Experiment: '../loaders/experiments.ts#ExperimentRow',
      ExperimentResults: '../experiments/results.ts#ExperimentResult',
      ExperimentMetricResult: '../experiments/results.ts#MetricResult',
      ExperimentPreference: '../experiments/results.ts#PreferenceResult',
    }),
    ...client('web'),
    'web/src/generated/possible-types.ts': { schema: 'schema/api.graphql', plugins: ['./schema/possible-types.ts'] },
    ...client('bot'),
  },
};

export default config;
