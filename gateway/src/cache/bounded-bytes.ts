interface Entry<Value> {
  value: Value;
  bytes: number;
  until: number;
}

/**
 * Values that are kept until a time, bounded in bytes: what was not used for longest goes first. `sweep` removes what is over, so that
 * nothing stays in memory for want of somebody who asks.
 */
export class BoundedBytes<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string, now: number): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    if (entry.until <= now) {
      this.#bytes -= entry.bytes;
      return undefined;
    }
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** A value larger than an eighth of all room is not kept: it would push out too much else. */
  set(key: string, value: Value, bytes: number, until: number): void {
    this.delete(key);
    if (bytes > this.#mostBytes / 8) return;
    this.#entries.set(key, { value, bytes, until });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#mostBytes) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }

  sweep(now: number): void {
    for (const [key, { until }] of this.#entries) if (until <= now) this.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }
}
