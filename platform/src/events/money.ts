/** Decimals of the currencies that do not have two (ISO 4217). */
const decimalsByCurrency: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
};

/** Number of decimals of a currency's minor unit. */
export const currencyDecimals = (currency: string): number => decimalsByCurrency[currency] ?? 2;

/**
 * Integer minor units of a decimal amount, rounded half away from zero.
 * The relative nudge undoes binary representation: 1.005 is stored as 1.00499999999999989 and still means 1.01.
 */
export function toMinor(amount: number, currency: string): number {
  const scaled = Math.abs(amount) * 10 ** currencyDecimals(currency);
  return Math.sign(amount) * Math.round(scaled * (1 + Number.EPSILON)) || 0;
}
