/** A seeded stream of pseudo-random numbers: the same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform integer in [0, n); `n` must be a positive integer. */
  integer(n: number): number;
  /** Standard normal, by the polar method (Marsaglia and Bray 1964). */
  normal(): number;
  /** Shuffles in place (Fisher–Yates) and returns the same array. */
  shuffle<T extends unknown[] | Int32Array | Uint32Array | Float64Array>(values: T): T;
}

/**
 * Generator sfc32 (Doty-Humphrey's "small fast counter", 128 bits of state), seeded by splitmix32.
 * Not for secrets. Cost: constant per number.
 */
export function createRandom(seed: number): Random {
  let mix = seed | 0;
  const splitmix = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix ^ (mix >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let counter = 1;
  const bits = (): number => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    c |= 0;
    return result >>> 0;
  };
  for (let warmup = 0; warmup < 12; warmup++) bits();

  let spare: number | undefined;
  const random: Random = {
    next: () => bits() / 4294967296,
    integer: (n) => Math.floor((bits() / 4294967296) * n),
    normal: () => {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      for (;;) {
        const u = 2 * random.next() - 1;
        const v = 2 * random.next() - 1;
        const s = u * u + v * v;
        if (s > 0 && s < 1) {
          const factor = Math.sqrt((-2 * Math.log(s)) / s);
          spare = v * factor;
          return u * factor;
        }
      }
    },
    shuffle: (values) => {
      for (let i = values.length - 1; i > 0; i--) {
        const j = random.integer(i + 1);
        const held = values[i] as never;
        values[i] = values[j] as never;
        values[j] = held;
      }
      return values;
    },
  };
  return random;
}
