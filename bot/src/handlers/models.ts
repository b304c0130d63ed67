import { graphql } from '../generated/index.ts';
import { to } from '../keyboards/keyboard.ts';
import { fitLines } from '../messages/fit.ts';
import { html, oneLine } from '../messages/html.ts';
import { ageLines } from './age.ts';
import { defineView } from './view.ts';

const query = graphql(`
  query BotModels($locale: Locale!) {
    shop {
      ...BotShop
    }
    models {
      name
      title(locale: $locale)
      status
      unavailable {
        text(locale: $locale)
      }
      served {
        version
        asOf
        primaryMetric {
          title(locale: $locale)
          value
          baselineTitle(locale: $locale)
          baseline
        }
      }
    }
  }
`);

/** Every model: whether it answers, on data up to when, and what it is better than. */
export const modelsView = defineView('d', async (request) => {
  const { words, format } = request;
  const { data, partial } = await request.ask(query, { locale: request.locale });
  const models = data.models ?? [];
  const lines = models.flatMap(({ title, name, status, served, unavailable }) => {
    const measure = served?.primaryMetric;
    return [
      html``,
      html`${status === 'SERVED' ? '✅' : '▫️'} <b>${oneLine(title, 60)}</b> <code>${oneLine(name, 60)}</code>`,
      ...(served
        ? [html`    ${words.models.version(format.number(served.version), format.day(served.asOf.slice(0, 10)))}`]
        : [html`    ${oneLine(unavailable?.text ?? words.models.statuses[status], 200)}`]),
      ...(measure && typeof measure.baseline === 'number'
        ? [
            html`    ${words.models.against(oneLine(measure.title, 60), format.number(measure.value, 3), oneLine(measure.baselineTitle ?? '', 60), format.number(measure.baseline, 3))}`,
          ]
        : []),
    ];
  });
  return {
    kind: 'text',
    text: fitLines(
      [html`<b>${words.models.title}</b>`, ...(models.length > 0 ? lines : [html``, html`${words.models.none}`])],
      ageLines(request, data.shop, { partial }),
    ),
    buttons: [
      [
        { text: words.menu.refresh, to: to('d') },
        { text: words.menu.home, to: to('m') },
      ],
    ],
  };
});
