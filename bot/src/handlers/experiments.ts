import type { BotExperimentsQuery, ExperimentDecisionCode } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { pagerRow, to, toPage } from '../keyboards/keyboard.ts';
import { fitLines } from '../messages/fit.ts';
import { type Html, html, oneLine } from '../messages/html.ts';
import { ageLines } from './age.ts';
import { defineView, type ViewRequest } from './view.ts';

const query = graphql(`
  query BotExperiments($locale: Locale!) {
    shop {
      ...BotShop
    }
    experiments {
      key
      name
      status
      startedAt
      variants {
        key
        name
      }
      results {
        people
        asOf
        decision {
          code
          variant
          reasons {
            text(locale: $locale)
          }
        }
      }
    }
  }
`);

type Experiment = NonNullable<BotExperimentsQuery['experiments']>[number];

const pageSize = 5;
const marks: Record<ExperimentDecisionCode, string> = {
  NOT_ENOUGH_DATA: '⏳',
  KEEP_RUNNING: '⏳',
  WINNER: '🏆',
  KEEP_CONTROL: '↩️',
  NO_WORTHWHILE_DIFFERENCE: '⚖️',
  GUARD_HARMED: '🔴',
  INVALID: '⚠️',
};

/** Experiments and what there is to say of each, those that run first. Argument: page. */
export const experimentsView = defineView('e', async (request) => {
  const { words } = request;
  const { data, partial } = await request.ask(query, { locale: request.locale });
  const experiments = data.experiments ?? [];
  const { page, pages, from } = toPage(request.args[0], experiments.length, pageSize);
  const shown = experiments.slice(from, from + pageSize);
  return {
    kind: 'text',
    text: fitLines(
      [
        html`<b>${words.experiments.title}</b>`,
        ...(shown.length > 0
          ? shown.flatMap((experiment) => [html``, ...experimentLines(experiment, request)])
          : [html``, html`${words.experiments.none}`]),
      ],
      ageLines(request, data.shop, { asOf: shown.find(({ results }) => results)?.results?.asOf, partial }),
    ),
    buttons: [
      pagerRow(words, page, pages, (target) => to('e', target)),
      [
        { text: words.menu.refresh, to: to('e', page) },
        { text: words.menu.home, to: to('m') },
      ],
    ],
  };
});

function experimentLines(
  { name, key, status, startedAt, variants, results }: Experiment,
  { words, format }: ViewRequest,
): Html[] {
  const head = html`${results ? marks[results.decision.code] : '▫️'} <b>${oneLine(name, 80)}</b> <code>${oneLine(key, 40)}</code>`;
  const state = startedAt
    ? words.experiments.since(words.experiments.statuses[status], format.day(startedAt.slice(0, 10)))
    : words.experiments.statuses[status];
  if (!results) return [head, html`    ${state}`];
  const { code, variant, reasons } = results.decision;
  const best = variants.find((one) => one.key === variant)?.name ?? '';
  return [
    head,
    html`    ${state}, ${words.experiments.people(results.people)}`,
    html`    ${oneLine(words.experiments.decisions[code](best), 160)}`,
    ...reasons.slice(0, 1).map(({ text }) => html`    <i>${oneLine(text, 250)}</i>`),
  ];
}
