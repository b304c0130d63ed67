/** A failure that the person at the terminal can mend: what is wrong in one sentence, and what to do in another. */
export class PlainError extends Error {
  override readonly name = 'PlainError';
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
