import { pageSize } from '@cda/platform/graph/connection.ts';
import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import { textIn } from '@cda/platform/graph/values.ts';
import type { Locale } from '@cda/platform/text.ts';
import type { Context } from '../context.ts';
import type {
  ChurnBandEntryResolvers,
  MergeEntryResolvers,
  MessageEntryResolvers,
  OrderEntryResolvers,
  ProfileEntryResolvers,
  RefundEntryResolvers,
  Resolvers,
  SegmentEntryResolvers,
  TimelineKind,
  VisitEntryResolvers,
} from '../generated/resolvers.ts';
import type { TimelineRow } from '../loaders/timeline.ts';
import { toTimelineText } from '../loaders/timeline-text.ts';

type LocaleArgument = { locale?: Locale | null | undefined };

const typeNames = {
  ORDER: 'OrderEntry',
  REFUND: 'RefundEntry',
  VISIT: 'VisitEntry',
  MESSAGE: 'MessageEntry',
  PROFILE: 'ProfileEntry',
  MERGE: 'MergeEntry',
  SEGMENT: 'SegmentEntry',
  CHURN_BAND: 'ChurnBandEntry',
} as const satisfies Record<TimelineKind, string>;

/** What every entry answers. */
const common = {
  id: ({ person, kind, at, id, key }: TimelineRow) =>
    toGlobalId('TimelineEntry', JSON.stringify([person, kind, at, id, key])),
  at: ({ at }: TimelineRow) => at,
  text: async (row: TimelineRow, args: LocaleArgument, context: Context) =>
    textIn(toTimelineText(row, (await context.shop()).currency), args, context),
};
const inShopCurrency = async (amountMinor: number, { shop }: Context) => ({
  amountMinor,
  currency: (await shop()).currency,
});

const OrderEntry: OrderEntryResolvers = {
  ...common,
  revenue: ({ revenueMinor }, _args, context) => inShopCurrency(revenueMinor, context),
  discount: ({ discountMinor }, _args, context) => inShopCurrency(discountMinor, context),
  products: ({ products }, { first }) =>
    products.slice(0, pageSize(first)).map((id) => ({ __typename: 'Product', id: toGlobalId('Product', id) })),
};
const RefundEntry: RefundEntryResolvers = {
  ...common,
  revenue: ({ revenueMinor }, _args, context) => inShopCurrency(revenueMinor, context),
};
const VisitEntry: VisitEntryResolvers = common;
const MessageEntry: MessageEntryResolvers = common;
const ProfileEntry: ProfileEntryResolvers = common;
const MergeEntry: MergeEntryResolvers = {
  ...common,
  from: ({ fromKey }) => toGlobalId('Customer', fromKey),
  into: ({ intoKey }) => toGlobalId('Customer', intoKey),
};
const SegmentEntry: SegmentEntryResolvers = {
  ...common,
  from: ({ from }, args, context) => from && textIn(from, args, context),
  to: ({ to }, args, context) => textIn(to, args, context),
  model: ({ versionId }, _args, { loaders }) => loaders.version.load(versionId),
};
const ChurnBandEntry: ChurnBandEntryResolvers = {
  ...common,
  model: ({ versionId }, _args, { loaders }) => loaders.version.load(versionId),
};

/** Resolvers of timelines. */
export const timelineResolvers = {
  TimelineEntry: { __resolveType: ({ kind }) => typeNames[kind] },
  OrderEntry,
  RefundEntry,
  VisitEntry,
  MessageEntry,
  ProfileEntry,
  MergeEntry,
  SegmentEntry,
  ChurnBandEntry,
} satisfies Resolvers;
