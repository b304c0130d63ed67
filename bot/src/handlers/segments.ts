import { graphql } from '../generated/index.ts';
import { digestOf } from '../keyboards/callback-data.ts';
import { type Buttons, to } from '../keyboards/keyboard.ts';
import { fitLines } from '../messages/fit.ts';
import { type Html, html, oneLine } from '../messages/html.ts';
import { ageLines } from './age.ts';
import { defineView, type Screen, type ViewRequest } from './view.ts';

const query = graphql(`
  query BotSegments($locale: Locale!) {
    shop {
      ...BotShop
    }
    segments {
      id
      name(locale: $locale)
      description(locale: $locale)
      size
      share
      asOf
      profile {
        recencyDays
        frequency
        monetary {
          amountMinor
          currency
        }
        revenue {
          amountMinor
          currency
        }
        churnProbability
      }
      model {
        version
      }
    }
  }
`);

type Loaded = Awaited<ReturnType<typeof load>>;
type LoadedSegment = NonNullable<Loaded['data']['segments']>[number];

const load = (request: ViewRequest) => request.ask(query, { locale: request.locale });

/** The segments, or one of them where the button names it. */
export const segmentsView = defineView('s', async (request) => {
  const loaded = await load(request);
  const wanted = request.args[0];
  if (!wanted) return list(request, loaded);
  const segment = loaded.data.segments?.find(({ id }) => digestOf(id) === wanted);
  return segment ? one(request, loaded, segment) : list(request, loaded, html`${request.words.segments.gone}`);
});

function list(request: ViewRequest, { data, partial }: Loaded, note?: Html): Screen {
  const { words, format } = request;
  const segments = data.segments ?? [];
  const lines = segments.map(
    (segment) =>
      html`<b>${oneLine(segment.name, 40)}</b> · ${words.counts.customers(segment.size)} (${format.percent(segment.share)}) · ${format.money(segment.profile.revenue)}`,
  );
  const names = segments.map((segment) => ({ text: oneLine(segment.name, 30), to: to('s', digestOf(segment.id)) }));
  return {
    kind: 'text',
    text: fitLines(
      [
        html`<b>${words.segments.title}</b>`,
        ...(note ? [note] : []),
        html``,
        ...(segments.length > 0 ? lines : [html`${words.segments.none}`]),
      ],
      ageLines(request, data.shop, { asOf: segments[0]?.asOf, partial }),
    ),
    buttons: [...inPairs(names), [{ text: words.menu.home, to: to('m') }]],
  };
}

function one(request: ViewRequest, { data, partial }: Loaded, segment: LoadedSegment): Screen {
  const { words, format } = request;
  const { profile } = segment;
  const digest = digestOf(segment.id);
  const churn = profile.churnProbability;
  return {
    kind: 'text',
    text: fitLines(
      [
        html`<b>${oneLine(segment.name, 60)}</b>`,
        html`${words.counts.customers(segment.size)} · ${format.percent(segment.share)}`,
        html``,
        html`${oneLine(segment.description, 600)}`,
        html``,
        html`${words.segments.typical}: ${words.segments.recency(words.counts.days(Math.round(profile.recencyDays)))}, ${words.counts.orders(Math.round(profile.frequency))}, ${words.segments.monetary(format.money(profile.monetary))}`,
        html`${words.segments.revenue}: <b>${format.money(profile.revenue)}</b>`,
        ...(typeof churn === 'number' ? [html`${words.segments.churn}: <b>${format.percent(churn)}</b>`] : []),
        html`<i>${words.customer.version(format.number(segment.model.version))}</i>`,
      ],
      ageLines(request, data.shop, { asOf: segment.asOf, partial }),
    ),
    buttons: [
      [{ text: words.segments.atRisk, to: to('r', 1, digest) }],
      [
        { text: words.menu.back, to: to('s') },
        { text: words.menu.home, to: to('m') },
      ],
    ],
  };
}

/** Buttons in rows of two. */
function inPairs(buttons: Buttons[number]): Buttons {
  const rows: Buttons[number][] = [];
  for (let index = 0; index < buttons.length; index += 2) rows.push(buttons.slice(index, index + 2));
  return rows;
}
