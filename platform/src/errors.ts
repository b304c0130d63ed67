/** Stable codes of the faults that this platform can name. They stand in logs, exit messages and `extensions.code`. */
export type ErrorCode =
  | 'CONFIG_INVALID'
  | 'DATABASE_UNAVAILABLE'
  | 'DATABASE_TOO_NEW'
  | 'DATABASE_UNSUPPORTED'
  | 'MIGRATION_CHANGED'
  | 'FILE_UNREADABLE'
  | 'FORMAT_UNKNOWN'
  | 'HEADER_INVALID'
  | 'IMPORT_REFUSED'
  | 'NOT_FOUND'
  | 'PORT_IN_USE'
  | 'FOLDER_UNUSABLE'
  | 'DISK_FULL'
  | 'SYSTEM_BUSY'
  | 'INTERNAL';

/** A fault with a remedy: `message` says what is wrong and `remedy` what to do, each in one plain sentence. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string;

  constructor(code: ErrorCode, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
    this.remedy = remedy;
  }
}
