/**
 * Area under the ROC curve: the chance that a random positive scores above a random negative, ties counting half.
 *
 * @param labels n values of 0 or 1.
 * @param scores n finite scores, any scale.
 * @returns 0..1, or undefined when one of the two classes is absent.
 *
 * O(n log n), by ranks (Hanley and McNeil 1982).
 */
export function rocAuc(labels: ArrayLike<number>, scores: ArrayLike<number>): number | undefined {
  const order = byScore(scores);
  const n = order.length;
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < n; ) {
    let end = start + 1;
    while (end < n && scores[order[end]!] === scores[order[start]!]) end++;
    const rank = (start + end + 1) / 2;
    for (let i = start; i < end; i++) {
      if (labels[order[i]!]! > 0) {
        positives++;
        rankSum += rank;
      }
    }
    start = end;
  }
  const negatives = n - positives;
  if (positives === 0 || negatives === 0) return undefined;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * Average precision (area under the precision-recall curve as a step function); tied scores are one threshold.
 *
 * @returns 0..1, or undefined without a positive. O(n log n).
 */
export function averagePrecision(labels: ArrayLike<number>, scores: ArrayLike<number>): number | undefined {
  const order = byScore(scores);
  let total = 0;
  for (let i = 0; i < labels.length; i++) total += labels[i]! > 0 ? 1 : 0;
  if (total === 0) return undefined;
  let sum = 0;
  let seen = 0;
  let hits = 0;
  for (let end = order.length; end > 0; ) {
    let start = end - 1;
    while (start > 0 && scores[order[start - 1]!] === scores[order[end - 1]!]) start--;
    let hitsHere = 0;
    for (let i = start; i < end; i++) hitsHere += labels[order[i]!]! > 0 ? 1 : 0;
    seen += end - start;
    hits += hitsHere;
    sum += (hits / seen) * (hitsHere / total);
    end = start;
  }
  return sum;
}

/** Mean squared distance of probabilities (0..1) from what happened (0 or 1); undefined for no rows. Brier 1950. */
export function brierScore(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number | undefined {
  const n = labels.length;
  if (n === 0) return undefined;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (probabilities[i]! - labels[i]!) ** 2;
  return sum / n;
}

/** Mean negative log-likelihood in nats, probabilities held 1e-12 away from 0 and 1; undefined for no rows. */
export function logLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number | undefined {
  const n = labels.length;
  if (n === 0) return undefined;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const p = Math.min(1 - 1e-12, Math.max(1e-12, probabilities[i]!));
    sum -= labels[i]! > 0 ? Math.log(p) : Math.log1p(-p);
  }
  return sum / n;
}

/**
 * Expected calibration error: |observed rate − mean probability| over equally wide bins of probability, weighted by their size.
 *
 * @returns 0..1, or undefined for no rows. Naeini et al. 2015, section 3.
 */
export function calibrationError(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  bins = 10,
): number | undefined {
  const table = calibrationTable(labels, probabilities, bins);
  if (labels.length === 0) return undefined;
  let sum = 0;
  for (const bin of table) sum += bin.count * Math.abs(bin.observed - bin.predicted);
  return sum / labels.length;
}

/** One bin of a reliability diagram. */
export interface CalibrationBin {
  count: number;
  /** Mean probability in the bin. */
  predicted: number;
  /** Share of positives in the bin. */
  observed: number;
}

/** The non-empty bins of a reliability diagram over equally wide intervals of probability, lowest first. */
export function calibrationTable(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  bins = 10,
): CalibrationBin[] {
  const count = new Float64Array(bins);
  const predicted = new Float64Array(bins);
  const observed = new Float64Array(bins);
  for (let i = 0; i < labels.length; i++) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(probabilities[i]! * bins)));
    count[bin]!++;
    predicted[bin]! += probabilities[i]!;
    observed[bin]! += labels[i]!;
  }
  const table: CalibrationBin[] = [];
  for (let bin = 0; bin < bins; bin++) {
    const size = count[bin]!;
    if (size > 0) table.push({ count: size, predicted: predicted[bin]! / size, observed: observed[bin]! / size });
  }
  return table;
}

function byScore(scores: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
}
