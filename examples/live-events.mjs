// Events as they are counted in, by fetch alone: server-sent events, gone on with after the last one that was seen. `RESULTS=3` ends
// it after three. Keep `last` where it survives you, and nothing is missed or seen twice however often this is started.
const { GRAPH_URL, TOKEN, AFTER, RESULTS = 'Infinity' } = process.env;

const query = /* GraphQL */ `
  subscription LiveEvents($after: SafeInt) {
    eventsReceived(after: $after) { seq name messageId occurredAt }
  }
`;

let last = AFTER === undefined ? undefined : Number(AFTER);
let count = 0;
while (count < Number(RESULTS)) {
  try {
    await follow();
  } catch (error) {
    // A token that has ended, or scopes that are missing, do not mend themselves.
    if (error.final) throw error;
  }
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}

async function follow() {
  const response = await fetch(GRAPH_URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ query, variables: { after: last } }),
  });
  if (!response.ok) throw Object.assign(new Error(await response.text()), { final: response.status < 500 });
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop();
    for (const block of blocks) {
      const data = /^data: (.+)$/m.exec(block)?.[1];
      if (!data) continue;
      const { data: result, errors } = JSON.parse(data);
      if (errors)
        throw Object.assign(new Error(errors[0].message), { final: errors[0].extensions.code === 'FORBIDDEN' });
      console.log(JSON.stringify(result.eventsReceived));
      last = result.eventsReceived.seq;
      if (++count >= Number(RESULTS)) return;
    }
  }
}
