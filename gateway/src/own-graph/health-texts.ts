import { type LocalText, russianPlural } from '@cda/platform/text.ts';
import type { HealthStatus, PartReport } from './health-report.ts';

type Told = Pick<PartReport, 'name' | 'kind' | 'status' | 'detail'>;

/** How a part does, in a sentence or two. */
export function textOfPart({ name, kind, status, detail }: Told): LocalText {
  const number = (key: string): number => Number(detail[key] ?? 0);
  const away: LocalText = { en: 'It does not answer just now.', ru: 'Сейчас не отвечает.' };
  switch (kind) {
    case 'DATABASE':
      return status === 'UP'
        ? { en: 'The database answers.', ru: 'База данных отвечает.' }
        : {
            en: 'The database does not answer: nothing can be read or stored.',
            ru: 'База данных не отвечает: ничего нельзя прочитать или сохранить.',
          };
    case 'CACHE':
      return status === 'UP'
        ? { en: 'Redis answers.', ru: 'Redis отвечает.' }
        : {
            en: 'Redis does not answer: each gateway keeps limits and answers for itself until it is back.',
            ru: 'Redis не отвечает: пока его нет, каждый шлюз ведёт ограничения и ответы сам.',
          };
    case 'GRAPH':
      if (name === 'circuits') {
        return status === 'UP'
          ? { en: 'Every subgraph is asked.', ru: 'Опрашиваются все подграфы.' }
          : {
              en: 'A subgraph is not asked until it answers again.',
              ru: 'Один из подграфов не опрашивается, пока снова не ответит.',
            };
      }
      return status === 'UP'
        ? { en: 'The gateway serves the graph that stands in its file.', ru: 'Шлюз работает по графу из своего файла.' }
        : {
            en: 'A new graph was refused; the one before it is served on.',
            ru: 'Новый граф отклонён; шлюз работает по прежнему.',
          };
    case 'SUBGRAPH':
      if (status === 'UP') return { en: 'It answers.', ru: 'Отвечает.' };
      return number('faults') > 0
        ? {
            en: `It answers; ${events(number('faults')).en} could not be folded in.`,
            ru: `Отвечает; не удалось учесть ${events(number('faults')).ru}.`,
          }
        : {
            en: `${away.en} Its fields are empty, all others are answered.`,
            ru: `${away.ru} Его поля пусты, остальные отвечают.`,
          };
    case 'PROJECTIONS': {
      const [lag, faults] = [number('lagEvents'), number('faults')];
      if (faults > 0) {
        return {
          en: `${events(faults).en} could not be folded in and ${faults === 1 ? 'was' : 'were'} set aside; the figures lack ${faults === 1 ? 'it' : 'them'}.`,
          ru: `Не удалось учесть ${events(faults).ru}; в показателях их нет.`,
        };
      }
      return lag === 0
        ? { en: 'The figures hold every event.', ru: 'В показателях учтены все события.' }
        : { en: `The figures are ${events(lag).en} behind.`, ru: `Показатели отстают на ${events(lag).ru}.` };
    }
    case 'MODELS': {
      const [served, of] = [number('served'), number('models')];
      if (status === 'DOWN' || of === 0)
        return { en: 'Nothing is known of the models just now.', ru: 'О моделях сейчас ничего не известно.' };
      return served === of
        ? { en: `All ${of} models answer.`, ru: `Отвечают все модели: ${of}.` }
        : {
            en: `${served} of ${of} models answer; the others say what they lack.`,
            ru: `Отвечают ${served} из ${of} моделей; остальные говорят, чего им не хватает.`,
          };
    }
    case 'JOBS': {
      if (status === 'DOWN') {
        return { en: 'Nothing is known of the fits just now.', ru: 'Об обучениях сейчас ничего не известно.' };
      }
      const [waiting, running, failed] = [number('waiting'), number('running'), number('failed')];
      if (failed > 0) {
        return {
          en: `The latest fit of ${failed} ${failed === 1 ? 'model' : 'models'} failed; the version before it answers on.`,
          ru: `Последнее обучение ${failed} ${russianPlural(failed, 'модели', 'моделей', 'моделей')} не удалось; отвечает прежняя версия.`,
        };
      }
      return waiting + running === 0
        ? { en: 'No fit waits.', ru: 'Обучений в очереди нет.' }
        : { en: `Fits: ${running} under way, ${waiting} waiting.`, ru: `Обучения: идёт ${running}, ждёт ${waiting}.` };
    }
    case 'BOT':
      if (status === 'OFF') return { en: 'The Telegram bot is not set up.', ru: 'Телеграм-бот не настроен.' };
      return status === 'UP'
        ? { en: 'The Telegram bot is connected.', ru: 'Телеграм-бот подключён.' }
        : { en: 'The Telegram bot has no connection to Telegram.', ru: 'У телеграм-бота нет связи с Telegram.' };
  }
}

/** How the whole does, in a sentence. */
export function textOfWhole(status: HealthStatus, troubled: number): LocalText {
  if (status === 'UP') return { en: 'Everything works.', ru: 'Всё работает.' };
  return {
    en: `${troubled} ${troubled === 1 ? 'part needs' : 'parts need'} a look.`,
    ru: `Обратите внимание: ${troubled} ${russianPlural(troubled, 'часть', 'части', 'частей')}.`,
  };
}

const events = (count: number): LocalText => ({
  en: `${count} ${count === 1 ? 'event' : 'events'}`,
  ru: `${count} ${russianPlural(count, 'событие', 'события', 'событий')}`,
});
