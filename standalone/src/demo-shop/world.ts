import { type Anomaly, type AnomalyCause, anomalyDays, plantAnomalies } from './anomalies.ts';
import { type Campaign, planCampaigns } from './campaigns.ts';
import { createCatalogue, type Product } from './catalogue.ts';
import { type Day, localDays } from './days.ts';
import { drawPrices, type PriceTable } from './prices.ts';
import { createSampler, type Sampler } from './sampling.ts';
import { shopSeason } from './season.ts';
import { drawStockOuts, type StockOut } from './stock-outs.ts';
import { departments } from './vocabulary.ts';

export const timeZone = 'Europe/Berlin';
export const currency = 'EUR';

/** Days of the calendar that are known past the horizon: the truth looks this far ahead. */
const daysAhead = 120;

/** All that stands around the customers: calendar, catalogue, prices, stock and what was planted. */
export interface World {
  seed: number;
  scale: number;
  /** Milliseconds of the epoch; nothing happens after it. */
  until: number;
  days: Day[];
  /** Number of days that have begun; `days` goes further. */
  horizon: number;
  /** Demand of each day against an ordinary one, without growth. */
  demand: Float64Array;
  /** Visits of each day against an ordinary one. */
  traffic: Float64Array;
  campaignOn: (Campaign | undefined)[];
  campaigns: Campaign[];
  products: Product[];
  prices: PriceTable;
  stockOuts: StockOut[];
  anomalies: Anomaly[];
  happens: (cause: AnomalyCause, day: number) => boolean;
  /** A product by popularity in the season of the day, out of one taste cluster (or of all, at index `departments.length`). */
  sampleProduct: (taste: number, day: number) => Sampler;
  /** 1 where a product is launched and in stock, product × day of the horizon. */
  available: Uint8Array;
}

/** Index of the sampler that ignores taste. */
export const anyTaste = departments.length;

export function createWorld(options: {
  seed: number;
  scale: number;
  until: Date;
  products: number;
  months: number;
}): World {
  const { seed, scale } = options;
  const { days, horizon } = localDays(options.until, options.months, daysAhead, timeZone);
  const products = createCatalogue(seed, options.products, horizon);
  const campaigns = planCampaigns(days);
  const anomalies = plantAnomalies(days, horizon, products);
  const stockOuts = drawStockOuts(seed, products, anomalies, horizon);
  const demand = Float64Array.from(days, shopSeason);
  return {
    seed,
    scale,
    until: options.until.getTime(),
    days,
    horizon,
    demand,
    traffic: demand.map((value) => 0.3 + 0.7 * value),
    campaigns,
    campaignOn: days.map((day) =>
      campaigns.find(
        ({ firstEpochDay, lastEpochDay }) => day.epochDay >= firstEpochDay && day.epochDay <= lastEpochDay,
      ),
    ),
    products,
    prices: drawPrices(seed, products, days),
    stockOuts,
    anomalies,
    happens: anomalyDays(anomalies),
    sampleProduct: monthlySamplers(products, days),
    available: availability(products, stockOuts, horizon),
  };
}

/** Price of a product on a day, in cents. */
export function priceOn(world: World, product: number, day: number): number {
  return world.prices.priceMinor[product * world.prices.weeks + world.days[day]!.week]!;
}

/** How demand reacts to the price of the day: (price / reference price)^elasticity. */
export function priceResponse(world: World, product: Product, day: number): number {
  return (priceOn(world, product.index, day) / product.referencePriceMinor) ** product.elasticity;
}

function monthlySamplers(products: readonly Product[], days: readonly Day[]): World['sampleProduct'] {
  const byMonth = Array.from({ length: 12 }, (_, month) =>
    Array.from({ length: departments.length + 1 }, (_, taste) =>
      createSampler(
        products.map((product) =>
          taste === anyTaste || product.taste === taste
            ? product.popularity * departments[product.department]!.months[month]!
            : 0,
        ),
      ),
    ),
  );
  return (taste, day) => byMonth[days[day]!.month - 1]![taste]!;
}

function availability(products: readonly Product[], stockOuts: readonly StockOut[], horizon: number): Uint8Array {
  const available = new Uint8Array(products.length * horizon).fill(1);
  for (const { index, launchDay } of products) {
    if (launchDay > 0) available.fill(0, index * horizon, index * horizon + Math.min(horizon, launchDay));
  }
  for (const { product, firstDay, lastDay } of stockOuts) {
    available.fill(0, product * horizon + firstDay, product * horizon + Math.min(horizon, lastDay + 1));
  }
  return available;
}
