import { currencyDecimals } from '@cda/platform/events/money.ts';
import type { Money, StoredUnavailable } from '@cda/platform/graph/values.ts';
import type { ElasticityRow } from '../entities/elasticity.ts';
import { type DemandCurve, expectDemand, findBestPrice } from '../ml/price-what-if.ts';

/** Demand at a price that was asked about; without figures where `unavailable` says why. */
export interface DemandAdvice {
  price: Money;
  unavailable: StoredUnavailable | null;
  row: ElasticityRow | null;
  unitsPerWeek?: number;
  low?: number;
  high?: number;
  revenuePerWeek?: Money;
}

/** The price that earns most; without figures where `unavailable` says why. */
export interface PriceAdvice {
  unavailable: StoredUnavailable | null;
  row: ElasticityRow | null;
  price?: Money;
  position?: 'INSIDE' | 'AT_LOWEST' | 'AT_HIGHEST';
  unitsPerWeek?: number;
  gainPerWeek?: Money;
  gainLow?: Money;
  gainHigh?: Money;
  certain?: boolean;
}

const unsold: StoredUnavailable = {
  code: 'NOT_ENOUGH_DATA',
  en: 'Nothing of it was sold in the last eight weeks, so there is no demand to reckon from.',
  ru: 'За последние восемь недель товар не продавался: не от чего считать спрос.',
};

/** What a row of the served elasticities says of demand; undefined where the product has no elasticity. */
function toCurve(row: ElasticityRow): DemandCurve | undefined {
  const { value, deviation, presentPriceMinor, presentUnits, lowestPriceMinor, highestPriceMinor } = row;
  if (
    typeof value !== 'number' ||
    typeof deviation !== 'number' ||
    typeof presentPriceMinor !== 'number' ||
    typeof presentUnits !== 'number' ||
    typeof lowestPriceMinor !== 'number' ||
    typeof highestPriceMinor !== 'number'
  ) {
    return undefined;
  }
  return {
    elasticity: value,
    deviation,
    presentPrice: presentPriceMinor,
    presentUnits,
    lowestPrice: lowestPriceMinor,
    highestPrice: highestPriceMinor,
  };
}

/** Units and revenue a week at a price. `missing` is why the product has no elasticity, where it has none. */
export function adviseDemand(
  row: ElasticityRow | null,
  missing: StoredUnavailable | null,
  priceMinor: number,
  currency: string,
): DemandAdvice {
  const price = { amountMinor: priceMinor, currency };
  const curve = row ? toCurve(row) : undefined;
  if (!curve) return { price, row, unavailable: missing };
  if (!(curve.presentUnits > 0)) return { price, row, unavailable: unsold };
  const units = expectDemand(curve, priceMinor);
  if (units === 'OUTSIDE_OBSERVED_RANGE') return { price, row, unavailable: explainRange(curve, currency) };
  return {
    price,
    row,
    unavailable: null,
    unitsPerWeek: units.value,
    low: units.low,
    high: units.high,
    revenuePerWeek: { amountMinor: Math.round(units.value * priceMinor), currency },
  };
}

/** The price that earns most inside the prices that were seen. */
export function advisePrice(
  row: ElasticityRow | null,
  missing: StoredUnavailable | null,
  unitCostMinor: number | undefined,
  currency: string,
): PriceAdvice {
  const curve = row ? toCurve(row) : undefined;
  if (!curve) return { row, unavailable: missing };
  const best = findBestPrice(curve, unitCostMinor);
  if (!best) return { row, unavailable: unsold };
  const money = (amount: number): Money => ({ amountMinor: Math.round(amount), currency });
  return {
    row,
    unavailable: null,
    price: money(best.price),
    position: best.position,
    unitsPerWeek: best.units.value,
    gainPerWeek: money(best.gain.value),
    gainLow: money(best.gain.low),
    gainHigh: money(best.gain.high),
    certain: best.certain,
  };
}

function explainRange({ lowestPrice, highestPrice }: DemandCurve, currency: string): StoredUnavailable {
  const decimals = currencyDecimals(currency);
  const write = (minor: number): string => (minor / 10 ** decimals).toFixed(decimals);
  return {
    code: 'NOT_IDENTIFIED',
    en: `Only prices from ${write(lowestPrice)} to ${write(highestPrice)} ${currency} were ever seen: what sells outside them nobody knows.`,
    ru: `Цены были только от ${write(lowestPrice)} до ${write(highestPrice)} ${currency}: спрос за этими пределами неизвестен.`,
  };
}
