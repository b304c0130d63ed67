import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { normaliseEvent } from '@cda/platform/events/normalise.ts';
import { describe, expect, test } from 'vitest';

const options = { receivedAt: new Date('2026-01-05T10:00:00Z'), currency: 'EUR', mayChangeCatalogue: true };
const line = { product_id: 'a', price: 5, quantity: 1 };

/** What the door says of an event; undefined where it takes it. */
function said(event: unknown): string | undefined {
  const verdict = normaliseEvent(event as IncomingEvent, options);
  return verdict.ok ? undefined : verdict.rejection.message;
}

const track = (event: string, properties: unknown) =>
  said({ type: 'track', event, messageId: 'm', userId: 'u', properties });
const order = (fields: Record<string, unknown>) =>
  track('Order Completed', { order_id: '1', products: [line], ...fields });
const ofLine = (fields: Record<string, unknown>) => order({ products: [{ ...line, ...fields }] });

describe('the event door says what it needs', () => {
  test('where something is missing', () => {
    expect(track('Order Completed', { order_id: '1' })).toBe('properties.products: is needed: send a list.');
    expect(ofLine({ price: undefined })).toBe('properties.products.0.price: is needed: send a number.');
    expect(track('Products Searched', {})).toBe('properties.query: is needed: send a text.');
    expect(said({ userId: 'u', messageId: 'm' })).toBe('type: is needed: send one of track, identify, page, alias.');
  });

  test('where a value is of another kind', () => {
    expect(ofLine({ price: '5.00' })).toBe('properties.products.0.price: has to be a number, without quotes.');
    expect(ofLine({ price: 'cheap' })).toBe('properties.products.0.price: has to be a number, not a text.');
    expect(ofLine({ price: null })).toBe('properties.products.0.price: has to be a number, not null.');
    expect(ofLine({ quantity: 1.5 })).toBe('properties.products.0.quantity: has to be a whole number.');
    expect(ofLine({ name: 5 })).toBe('properties.products.0.name: has to be a text, in quotes.');
    expect(order({ products: line })).toBe(
      'properties.products: has to be a list, in square brackets even where it has one entry.',
    );
    expect(order({ products: [[line]] })).toBe('properties.products.0: has to be an object, not a list.');
    expect(track('Experiment Viewed', { experiment_id: true })).toBe(
      'properties.experiment_id: has to be a text or a number.',
    );
  });

  test('where a value is out of bounds', () => {
    expect(ofLine({ price: -1 })).toBe('properties.products.0.price: has to be at least 0.');
    expect(ofLine({ quantity: 2_000_000 })).toBe('properties.products.0.quantity: has to be at most 1,000,000.');
    expect(ofLine({ name: 'x'.repeat(1_001) })).toBe('properties.products.0.name: may have at most 1,000 characters.');
    expect(track('Cart Viewed', { products: new Array(1_001).fill({ product_id: 'a' }) })).toBe(
      'properties.products: may have at most 1,000 entries.',
    );
  });

  test('of the envelope itself', () => {
    expect(said({ type: 'track', event: 'A', messageId: '', userId: 'u' })).toBe('messageId: must not be empty.');
    expect(said({ type: 'sold', messageId: 'm', userId: 'u' })).toBe(
      'type: has to be one of track, identify, page, alias.',
    );
    expect(said({ type: 'page', messageId: 'm', userId: 7 })).toBe('userId: has to be a text, in quotes.');
    expect(said([])).toBe('The event has to be an object, not a list.');
    expect(said(null)).toBe('The event has to be an object, not null.');
  });

  test('in the words of the catalogue where it has its own', () => {
    expect(order({ currency: 'euro' })).toBe('properties.currency: is not an ISO 4217 code such as EUR.');
    expect(ofLine({ product_id: true })).toBe(
      'properties.products.0.product_id: is needed: send a text of 1 to 200 characters or a whole number.',
    );
    expect(track('Cart Viewed', { products: [] })).toBe('properties.products: has no products.');
  });

  test('and takes what is right', () => {
    expect(order({})).toBeUndefined();
  });
});
