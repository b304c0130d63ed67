import { createHash } from 'node:crypto';
import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { keyOf } from '@cda/platform/graph/global-id.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type {
  MutationResolvers,
  RecommendationFeedbackInput,
  RecommendationFeedbackKind,
} from '../generated/resolvers.ts';
import { acceptAll, tooMany } from './track-events.ts';

const maximumFeedback = 500;
const maximumProducts = 100;

const eventOf: Readonly<Record<RecommendationFeedbackKind, string>> = {
  SHOWN: 'Product List Viewed',
  CLICKED: 'Product Clicked',
  ADDED: 'Product Added',
  DISMISSED: 'Recommendation Dismissed',
};

export const recommendationFeedback: MutationResolvers['recommendationFeedback'] = async (
  _parent,
  { input },
  context,
) =>
  input.length > maximumFeedback ? tooMany(input.length, maximumFeedback) : acceptAll(context, input.flatMap(toEvents));

/** The events that a storefront would have sent: one for a list that was shown, one for each product of anything else. */
function toEvents(said: RecommendationFeedbackInput, at: number): IncomingEvent[] {
  const { customer, recommendationId, kind, position, products } = said;
  const key = keyOf('Customer', customer);
  if (key === undefined || !/^[ua]:./su.test(key)) {
    throw invalidArgument(
      `input.${at}.customer`,
      'This is no id of a customer: take it from the id field of Customer.',
    );
  }
  if (products.length < 1 || products.length > maximumProducts) {
    throw invalidArgument(`input.${at}.products`, `products takes 1 to ${maximumProducts} ids.`);
  }
  if (position != null && (position < 1 || position > 1000)) {
    throw invalidArgument(`input.${at}.position`, 'position takes a number from 1 to 1000.');
  }
  const first = position ?? (kind === 'SHOWN' ? 1 : null);
  const lines = products.map((product, i) => {
    const productId = keyOf('Product', product);
    if (productId === undefined) {
      throw invalidArgument(
        `input.${at}.products.${i}`,
        'This is no id of a product: take it from the id field of Product.',
      );
    }
    return { product_id: productId, ...(first === null ? {} : { position: first + i }) };
  });
  const person = key.startsWith('u:') ? { userId: key.slice(2) } : { anonymousId: key.slice(2) };
  const event = (about: string, properties: Record<string, unknown>): IncomingEvent => ({
    type: 'track',
    event: eventOf[kind],
    messageId: messageIdOf(recommendationId, kind, about),
    ...person,
    ...(said.at ? { originalTimestamp: new Date(said.at).toISOString() } : {}),
    properties: { recommendation_id: recommendationId, ...properties },
  });
  return kind === 'SHOWN' ? [event('', { products: lines })] : lines.map((line) => event(line.product_id, line));
}

/** The same said twice is the same event: a click that is retried counts once. */
function messageIdOf(list: string, kind: string, product: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([list, kind, product]))
    .digest('base64url');
  return `feedback-${digest.slice(0, 27)}`;
}
