import { startBot } from '@cda/bot';
import { startTelegramSimulator } from '@cda/bot/simulator';
import { AppError } from '@cda/platform/errors.ts';
import type { Log } from '@cda/platform/telemetry/log.ts';
import { linkCode } from './link-code.ts';
import type { StartOptions } from './start-options.ts';
import type { Steps } from './steps.ts';

export interface BotAtStart {
  /** How it is reached, or why it is not there, for people. */
  words: string;
  /** State of its connection, for health. */
  state(): string;
}

export interface BotAtStartOptions {
  options: Pick<StartOptions, 'bot' | 'botToken'>;
  steps: Steps;
  /** Address of the gateway. */
  url: string;
  botKey: string;
  log: Log;
  /** Takes what has to be stopped. */
  opening: AsyncDisposableStack;
  /** A link that signs the administrator in, once. */
  signInLink(): Promise<string>;
}

/** The person who sits at the simulator's chat page. */
export const simulatedVisitor = { id: 1001, firstName: 'Guest', languageCode: 'en' };

/** Starts the bot as the options want it: off, against Telegram, or against the simulator of Telegram on this machine. */
export async function beginBot(given: BotAtStartOptions): Promise<BotAtStart> {
  const { options, steps, url, botKey, log, opening, signInLink } = given;
  if (options.bot === 'off') {
    return { words: 'off (set TELEGRAM_BOT_TOKEN, or try it with --bot=simulator)', state: () => 'off' };
  }
  return await steps.run('Bot', async (step) => {
    const simulator = options.bot === 'simulator' ? opening.use(await startTelegramSimulator()) : undefined;
    const bot = await startBot({
      token: simulator?.token ?? options.botToken,
      apiRoot: simulator?.apiRoot,
      graphUrl: `${url}/graphql`,
      serviceToken: botKey,
      publicUrl: url,
      log,
    }).catch((cause: Error) => {
      throw new AppError('CONFIG_INVALID', cause.message, 'Get a token from @BotFather in Telegram.', { cause });
    });
    if (!bot) throw new AppError('CONFIG_INVALID', 'The bot has no token.', 'Set TELEGRAM_BOT_TOKEN.');
    opening.use(bot);
    const state = () => bot.connection().kind;
    if (!bot.isInited()) {
      step.note('waiting for Telegram');
      return { words: 'runs, and waits until Telegram can be reached', state };
    }
    const code = await linkCode(await signInLink());
    if (!simulator) {
      step.note(`@${bot.botInfo.username}`);
      return {
        words: `https://t.me/${bot.botInfo.username}?start=${code}   (connects your chat, within 15 minutes)`,
        state,
      };
    }
    simulator.person(simulatedVisitor).send(`/start ${code}`);
    step.note('with a simulator of Telegram');
    return { words: `${simulator.url}   (a simulator: nothing reaches Telegram)`, state };
  });
}
