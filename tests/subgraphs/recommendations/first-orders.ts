import { type RankingQuality, rankingAccumulator } from '@cda/platform/ml/ranking-metrics.ts';
import type { Line } from './online-retail.ts';

/** Days whose buyers count, as in the lists of strangers. */
const windowDays = 30;

/**
 * How well one list for all strangers foresees the first order of every customer: products ranked on its morning by the buyers of
 * the 30 days before, each counting by the age in days of their latest purchase. O(days · lines of 30 days).
 */
export function judgeFirstOrders(lines: readonly Line[], weightOf: (ageDays: number) => number): RankingQuality {
  const rows = lines.toSorted((a, b) => a.day - b.day);
  const codes = [...new Set(rows.map(({ code }) => code))].sort();
  const productOf = new Map(codes.map((code, i) => [code, i]));
  const customerOf = new Map([...new Set(rows.map(({ customer }) => customer))].map((name, i) => [name, i]));
  const first = new Map<string, { day: number; invoice: string; targets: Set<number> }>();
  for (const { customer, invoice, code, day } of rows) {
    if (!first.has(customer)) first.set(customer, { day: Math.floor(day), invoice, targets: new Set() });
    if (first.get(customer)!.invoice === invoice) first.get(customer)!.targets.add(productOf.get(code)!);
  }
  const accumulator = rankingAccumulator(codes.length, new Float64Array(codes.length).fill(1));
  const start = Math.floor(rows[0]!.day) + windowDays;
  for (const morning of new Set([...first.values()].map(({ day }) => day))) {
    if (morning < start) continue;
    const latest = new Map<number, number>();
    for (const { customer, code, day } of rows) {
      if (day >= morning) break;
      if (day > morning - windowDays) latest.set(customerOf.get(customer)! * codes.length + productOf.get(code)!, day);
    }
    const scores = new Float64Array(codes.length);
    for (const [pair, day] of latest) scores[pair % codes.length]! += weightOf(morning - day);
    const ranked = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, 100);
    for (const { day, targets } of first.values()) if (day === morning) accumulator.add(ranked, targets);
  }
  return accumulator.quality();
}
