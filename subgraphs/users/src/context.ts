import type { RequestContext } from '@cda/platform/graph/context.ts';
import type { RegisteredVersion } from '@cda/platform/models/registry.ts';
import type DataLoader from 'dataloader';
import type { AccountSecrets } from './accounts/account-secrets.ts';
import type { ChurnScoreRow } from './entities/churn-score.ts';
import type { CustomerRow } from './entities/customer.ts';
import type { CustomerSegmentRow } from './entities/customer-segment.ts';
import type { LifetimeValueRow } from './entities/lifetime-value.ts';
import type { RuleSegmentRow } from './entities/rule-segment.ts';
import type { SegmentRow } from './entities/segment.ts';
import type { ChurnCase } from './features/churn-columns.ts';
import type { KeptOrders } from './features/lifetime-value-artefact.ts';
import type { SegmentCase } from './features/segmentation-artefact.ts';
import type { ScorePointRow, SegmentSizeRow } from './loaders/histories.ts';
import type { RfmBounds } from './loaders/rfm-bounds.ts';
import type { Person, TimelinePart, TimelineRow } from './loaders/timeline.ts';

/** What the resolvers of this subgraph may use during one request. */
export interface Context extends RequestContext {
  accountSecrets: AccountSecrets;
  loaders: {
    /** By customer key. */
    customer: DataLoader<string, CustomerRow | null>;
    /** All keys of the customer behind a key. */
    customerKeys: DataLoader<string, string[]>;
    customerSegment: DataLoader<string, CustomerSegmentRow | null>;
    /** What the reasons of a customer's segment are made of. */
    segmentCase: DataLoader<string, SegmentCase | null>;
    churnScore: DataLoader<string, ChurnScoreRow | null>;
    /** What the reasons of a customer's churn score are made of. */
    churnCase: DataLoader<string, ChurnCase | null>;
    lifetimeValue: DataLoader<string, LifetimeValueRow | null>;
    /** Model of orders by version. */
    orderModel: DataLoader<string, KeptOrders | null>;
    segment: DataLoader<string, SegmentRow | null>;
    /** Mean churn probability by segment. */
    segmentChurn: DataLoader<string, number | null>;
    version: DataLoader<string, RegisteredVersion | null>;
    servedVersion: DataLoader<string, RegisteredVersion | null>;
    segmentHistory: DataLoader<string, SegmentSizeRow[]>;
    /** Earlier scores of customers by a model. */
    scoreHistory(model: string): DataLoader<string, ScorePointRow[]>;
    /** Part of the timelines of customers. */
    timeline(part: TimelinePart): DataLoader<Person, TimelineRow[]>;
    rfmBounds(): Promise<RfmBounds>;
    churnHorizon(): Promise<number>;
    ruleSegments(): Promise<RuleSegmentRow[]>;
    /** Customers in a segment by rule. */
    ruleSegmentSize: DataLoader<RuleSegmentRow, number>;
    /** Ids of the segments by rule that hold a customer. */
    rulesOfCustomer: DataLoader<string, string[]>;
  };
}
