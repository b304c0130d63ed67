/** What the first process tells one that serves; the rest is in the environment and in the data folder, as ever. */
export interface ServingOrder {
  adminUrl: string;
  dataDir: string;
  logFolder: string;
  logLevel: string;
  port: number;
  host: string;
  production: boolean;
  redisUrl?: string | undefined;
  responseCacheMb: number;
}
