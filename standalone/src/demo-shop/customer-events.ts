import type { Customer } from './customers.ts';
import { dayMs } from './days.ts';
import { emailOf } from './people.ts';
import { createStream } from './streams.ts';
import type { Timeline } from './timeline.ts';
import type { World } from './world.ts';

/** What the shop knows of a customer, as traits of `identify`. */
function traitsOf(world: World, customer: Customer, createdAt: number): Record<string, unknown> {
  const { name, home, language } = customer;
  return {
    name: `${name.first} ${name.last}`,
    firstName: name.first,
    lastName: name.last,
    email: emailOf(name, customer.index + 1),
    gender: name.gender,
    address: { country: home.country, city: home.city },
    locale: home.locale,
    language,
    createdAt: new Date(createdAt).toISOString(),
    newsletter: createStream(world.seed, 'customer', customer.index, 1).next() < customer.sensitivity,
  };
}

/** Writes the accounts that stood before the first day, sent at its very beginning by the back office. */
export function writeStandingCustomer(world: World, timeline: Timeline, prefix: string, customer: Customer): void {
  const { start } = world.days[0]!;
  const { home, userId, code } = customer;
  timeline.add(start + 60_000 + customer.index, {
    type: 'identify',
    messageId: `${prefix}.${code}.i`,
    userId,
    traits: traitsOf(world, customer, start + customer.joinDay * dayMs + 43_200_000),
    context: { locale: home.locale },
  });
}

/** Writes a new account. Where the device was seen before, its past is tied to the account. */
export function writeNewCustomer(
  world: World,
  timeline: Timeline,
  prefix: string,
  customer: Customer,
  at: number,
  knownDevice: boolean,
): void {
  const { home, userId, anonymousId, code, device } = customer;
  const context = { locale: home.locale, device: { type: device } };
  timeline.add(at, {
    type: 'identify',
    messageId: `${prefix}.${code}.i`,
    userId,
    anonymousId,
    traits: traitsOf(world, customer, at),
    context,
  });
  if (knownDevice)
    timeline.add(at + 1, { type: 'alias', messageId: `${prefix}.${code}.a`, userId, previousId: anonymousId, context });
}
