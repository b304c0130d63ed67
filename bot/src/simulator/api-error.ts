/** A refusal in the Bot API's own shape. */
export class ApiError extends Error {
  readonly code: number;
  readonly parameters: Record<string, number> | undefined;

  constructor(code: number, description: string, parameters?: Record<string, number>) {
    super(description);
    this.name = 'ApiError';
    this.code = code;
    this.parameters = parameters;
  }
}

/** A 400 with Telegram's prefix. */
export const badRequest = (description: string): ApiError => new ApiError(400, `Bad Request: ${description}`);
