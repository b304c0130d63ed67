import type { Api } from 'grammy';
import type { ChatLanguages } from './chat-languages.ts';
import type { Accounts } from './graph/accounts.ts';
import type { Graph } from './graph/graph.ts';
import type { CallbackData } from './keyboards/callback-data.ts';
import type { BotLog } from './log.ts';

/** What every part of the bot may use. */
export interface Services {
  api: Api;
  graph: Graph;
  accounts: Accounts;
  languages: ChatLanguages;
  callbacks: CallbackData;
  /** Address of the dashboard. */
  publicUrl: string;
  log: BotLog;
  now(): Date;
}
