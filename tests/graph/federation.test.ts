import type { SubgraphName } from '@cda/platform/graph/type-defs.ts';
import { subgraphNames } from '@cda/platform/graph/type-defs.ts';
import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallDemoShop } from '../demo-template.ts';
import { askSubgraph } from '../subgraph-client.ts';
import { selectionOf } from './example-queries.ts';
import { type OpenGraph, openGraph } from './open-graph.ts';

let graph: OpenGraph;
/** Ids of things that exist, by type. */
const known = new Map<string, string[]>();

beforeAll(async () => {
  graph = await openGraph({ template: smallDemoShop });
  const { users, products, analytics } = graph.system.subgraphs;
  const idsOf = async (
    subgraph: typeof users,
    query: string,
    pick: (data: never) => { id: string }[],
  ): Promise<string[]> => {
    const { data, errors } = await askSubgraph(subgraph, query, {}, [
      'analytics:read',
      'customers:read',
      'experiments:write',
    ]);
    expect(errors).toBeUndefined();
    return pick(data as never).map(({ id }) => id);
  };
  type Page = { edges: { node: { id: string } }[] };
  const nodes = (page: Page) => page.edges.map(({ node }) => node);
  known.set(
    'Customer',
    await idsOf(users, '{ customers(first: 5) { edges { node { id } } } }', (d: { customers: Page }) =>
      nodes(d.customers),
    ),
  );
  known.set('Segment', await idsOf(users, '{ segments { id } }', (d: { segments: { id: string }[] }) => d.segments));
  known.set(
    'Product',
    await idsOf(products, '{ products(first: 5) { edges { node { id } } } }', (d: { products: Page }) =>
      nodes(d.products),
    ),
  );
  known.set(
    'Category',
    await idsOf(products, '{ categories { id } }', (d: { categories: { id: string }[] }) => d.categories),
  );
  known.set(
    'Anomaly',
    await idsOf(analytics, '{ anomalies(first: 5) { edges { node { id } } } }', (d: { anomalies: Page }) =>
      nodes(d.anomalies),
    ),
  );
  known.set(
    'Experiment',
    await idsOf(
      analytics,
      `mutation { saveExperiment(experiment: { key: "button", name: "Button", kind: SHOP,
        variants: [{ key: "blue", name: "Blue" }, { key: "green", name: "Green" }] }) {
        ... on ExperimentChanged { experiment { id } } } }`,
      (d: { saveExperiment: { experiment: { id: string } } }) => [d.saveExperiment.experiment],
    ),
  );
  // It is an event of the log first: the projections know it when they have read that far.
  await graph.system.catchUp();
  known.set(
    'ModelVersion',
    await idsOf(
      analytics,
      '{ models { versions(first: 1) { id } } }',
      (d: { models: { versions: { id: string }[] }[] }) => d.models.flatMap(({ versions }) => versions),
    ),
  );
}, 300_000);
afterAll(() => graph[Symbol.asyncDispose]());

/** Entities that a subgraph resolves by reference. */
function entitiesOf(name: SubgraphName): GraphQLObjectType[] {
  const union = graph.system.subgraphs[name].schema.getType('_Entity');
  return isUnionType(union) ? [...union.getTypes()] : [];
}

const ownFields = (type: GraphQLObjectType): GraphQLField<unknown, unknown>[] =>
  Object.values(type.getFields()).filter((field) => !field.args.some(isRequiredArgument));

const references = (type: string, ids: readonly string[]) => ids.map((id) => ({ __typename: type, id }));

interface Entities {
  entities: (Record<string, unknown> | null)[];
  errors: string[];
}

async function resolve(
  name: SubgraphName,
  type: GraphQLObjectType,
  ids: readonly string[],
  selection = 'id',
): Promise<Entities> {
  const { data, errors } = await askSubgraph(
    graph.system.subgraphs[name],
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type.name} { __typename ${selection} } } }`,
    { r: references(type.name, ids) },
  );
  const { _entities } = (data ?? { _entities: [] }) as { _entities: Entities['entities'] };
  return { entities: _entities, errors: (errors ?? []).map((error) => error.message) };
}

describe.each(subgraphNames)('%s', (name) => {
  test('tells its SDL to the gateway', async () => {
    const { data } = await askSubgraph(graph.system.subgraphs[name], '{ _service { sdl } }');
    const { sdl } = (data as { _service: { sdl: string } })._service;
    expect(sdl).toContain('specs.apollo.dev/federation');
    for (const type of entitiesOf(name)) expect(sdl).toContain(`type ${type.name}`);
  });

  test('resolves a batch of each entity in the order asked for, repeated ids included', async () => {
    for (const type of entitiesOf(name)) {
      const ids = known.get(type.name) ?? [];
      expect([type.name, ids.length > 0]).toEqual([type.name, true]);
      const asked = [...ids, ...ids.slice(0, 2)].reverse();
      const { entities, errors } = await resolve(name, type, asked);
      expect([type.name, errors, entities.map((entity) => entity?.['id'])]).toEqual([type.name, [], asked]);
      expect(entities.every((entity) => entity?.['__typename'] === type.name)).toBe(true);
    }
  });

  test('an id that is not known, foreign or no id at all does not disturb the others', async () => {
    const odd = [
      '',
      'x',
      "' OR 1=1 --",
      '\u0000',
      'Q3VzdG9tZXI6',
      Buffer.from('Customer:u:nobody').toString('base64url'),
      'ö'.repeat(500),
    ];
    for (const type of entitiesOf(name)) {
      const [first = ''] = known.get(type.name) ?? [];
      const foreign = [...known].find(([other]) => other !== type.name)?.[1][0] ?? '';
      const fields = ownFields(type)
        .filter((field) => field.name !== 'id')
        .map((field) => selectionOf(field))
        .join(' ');
      const asked = [first, ...odd, foreign, first];
      const { entities, errors } = await resolve(name, type, asked, `id ${fields}`);
      expect(entities).toHaveLength(asked.length);
      expect([type.name, entities[0]?.['id'], entities.at(-1)?.['id']]).toEqual([type.name, first, first]);
      // What this subgraph does not know is null, or a bare reference whose nullable fields are null; never somebody else.
      for (const [index, entity] of entities.slice(1, -1).entries()) {
        if (entity) expect([type.name, entity['id']]).toEqual([type.name, asked[index + 1]]);
      }
      expect([
        type.name,
        errors.filter((message) => /internal|invalid input syntax|relation|column|Cannot read/i.test(message)),
      ]).toEqual([type.name, []]);
    }
  });

  test('every field of each entity that exists is answered without an error', async () => {
    for (const type of entitiesOf(name)) {
      const ids = known.get(type.name) ?? [];
      for (const field of ownFields(type)) {
        const { entities, errors } = await resolve(name, type, ids, `id ${selectionOf(field)}`);
        expect([`${type.name}.${field.name}`, errors, entities.length]).toEqual([
          `${type.name}.${field.name}`,
          [],
          ids.length,
        ]);
      }
    }
  });
});

test('there are entities in more than one subgraph, so that this tries something', () => {
  const shared = subgraphNames.flatMap((name) => entitiesOf(name).map((type) => type.name));
  expect(shared.filter((type) => type === 'Customer').length).toBeGreaterThan(1);
  const parts = entitiesOf('users').flatMap((type) =>
    ownFields(type).filter((field) => isCompositeType(getNamedType(field.type))),
  );
  expect(parts.filter((field) => isObjectType(getNamedType(field.type))).length).toBeGreaterThan(3);
});
