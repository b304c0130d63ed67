import { graphql } from '../generated/index.ts';
import { showCustomer } from '../handlers/customer.ts';
import { answerAsAccount } from '../handlers/show.ts';
import type { Screen, ViewRequest } from '../handlers/view.ts';
import type { Words } from '../i18n/words.ts';
import { to } from '../keyboards/keyboard.ts';
import { fitLines } from '../messages/fit.ts';
import { html, oneLine } from '../messages/html.ts';
import { defineCommand } from './command.ts';

const similar = graphql(`
  query BotSimilarIds($start: String!) {
    customers(where: { externalId: { startsWith: $start } }, first: 5) {
      edges {
        node {
          id
          externalId
        }
      }
    }
  }
`);

/** Longest id that is looked for; the graph would refuse much longer ones anyway. */
const longestId = 200;

/** `/find ID`: a customer by the shop's own id, or the ids that begin with it. */
export const findCommand = defineCommand('find', async (turn, argument) => {
  const { words } = turn;
  const id = argument.toWellFormed().slice(0, longestId);
  await answerAsAccount(turn, [], async (request) => {
    if (id === '') return usage(words);
    return (await showCustomer(request, { externalId: id }, [])) ?? notFound(request, id);
  });
});

function usage({ customer, menu }: Words): Screen {
  return {
    kind: 'text',
    text: html`${customer.findUsage} <code>${customer.findExample}</code>`.html,
    buttons: [[{ text: menu.home, to: to('m') }]],
  };
}

async function notFound(request: ViewRequest, id: string): Promise<Screen> {
  const { words } = request;
  const { data } = await request.ask(similar, { start: id });
  const ids = data.customers?.edges.map(({ node }) => node.externalId) ?? [];
  return {
    kind: 'text',
    text: fitLines([
      html`${words.customer.notFound(oneLine(id, 60))}`,
      ...(ids.length > 0
        ? [html``, html`${words.customer.similar}`, ...ids.map((each) => html`<code>/find ${oneLine(each, 60)}</code>`)]
        : []),
    ]),
    buttons: [[{ text: words.menu.home, to: to('m') }]],
  };
}
