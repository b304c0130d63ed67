import { logBeta, logGamma } from '@cda/platform/ml/special-functions.ts';

/** Which of two sides people prefer. */
export interface Preference {
  /** Share of those who took a side that took the first. */
  value: number;
  low: number;
  high: number;
  /** Of "both are as good", valid at every look. */
  pValue: number;
  /** Of the two-sided sign test: smaller, and valid for one look at a moment that was fixed before. */
  signTestPValue: number;
}

/** Pseudo-counts of the mixing beta distribution: preferences between about 35 and 65 % are looked for. */
const mixing = 20;

/**
 * Test of "each side wins half of those who take one" from `first` and `second` wins, with an always-valid interval: the mean of
 * the likelihood over Beta(20, 20) against that of one share; the interval holds all shares against which it stays below 1/α.
 *
 * Binomial mixture martingale: Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon, Time-uniform confidence sequences (2021).
 *
 * @returns undefined where nobody took a side. O(wins).
 */
export function preferenceOf(first: number, second: number, alpha: number): Preference | undefined {
  const decided = first + second;
  if (decided === 0) return undefined;
  const logMixture = logBeta(mixing + first, mixing + second) - logBeta(mixing, mixing);
  const logLikelihood = (share: number): number =>
    (first === 0 ? 0 : first * Math.log(share)) + (second === 0 ? 0 : second * Math.log1p(-share));
  const isInside = (share: number): boolean => logMixture - logLikelihood(share) < -Math.log(alpha);
  const value = first / decided;
  return {
    value,
    low: first === 0 ? 0 : edge(value, 0, isInside),
    high: second === 0 ? 1 : edge(value, 1, isInside),
    pValue: Math.min(1, Math.exp(logLikelihood(0.5) - logMixture)),
    signTestPValue: signTest(first, second),
  };
}

/** Where an interval around `inside` ends towards `outside`, by bisection. */
function edge(inside: number, outside: number, isInside: (share: number) => boolean): number {
  let within = inside;
  let beyond = outside;
  for (let step = 0; step < 50; step++) {
    const middle = (within + beyond) / 2;
    if (isInside(middle)) within = middle;
    else beyond = middle;
  }
  return within;
}

/** Two-sided exact binomial test of one half. */
function signTest(first: number, second: number): number {
  const n = first + second;
  const fewer = Math.min(first, second);
  let sum = 0;
  for (let k = 0; k <= fewer; k++)
    sum += Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) - n * Math.LN2);
  return Math.min(1, 2 * sum);
}
