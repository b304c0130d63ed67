type Numbers = Float64Array | Float32Array | Int32Array;
type Constructor<T> = { new (buffer: SharedArrayBuffer | number): T; BYTES_PER_ELEMENT: number };

/** Numbers whose count is not known beforehand. */
export class GrowingColumn<T extends Numbers> {
  readonly #type: Constructor<T>;
  #values: T;
  length = 0;

  constructor(type: Constructor<T>, capacity = 4096) {
    this.#type = type;
    this.#values = new type(capacity);
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new this.#type(2 * this.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  /** What is in it; a view. */
  get values(): T {
    return this.#values.subarray(0, this.length) as T;
  }
}

/** Columns one behind the other, in memory that worker threads see without a copy. */
export function shareJoined<T extends Numbers>(type: Constructor<T>, parts: readonly T[]): T {
  const joined = new type(
    new SharedArrayBuffer(parts.reduce((sum, part) => sum + part.length, 0) * type.BYTES_PER_ELEMENT),
  );
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
