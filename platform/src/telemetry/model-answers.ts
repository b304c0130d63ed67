import { defaultFieldResolver, type GraphQLSchema, getNamedType, isObjectType } from 'graphql';
import { counter } from './metrics.ts';

const answers = counter('cda_model_answers_total', "Answers that hold a model's number, by the type that holds it", [
  'subgraph',
  'answer',
]);

/**
 * Counts how often each kind of answer of a model is given: every type with a field `model` is one. The schema given is changed
 * and returned.
 */
export function countModelAnswers(schema: GraphQLSchema, subgraph: string): GraphQLSchema {
  const counted = new Map(
    Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .filter((type) => {
        const model = type.getFields()['model'];
        return model !== undefined && getNamedType(model.type).name === 'ModelVersion';
      })
      .map((type) => [type.name, answers.labels({ subgraph, answer: type.name })]),
  );
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_')) continue;
    for (const field of Object.values(type.getFields())) {
      const count = counted.get(getNamedType(field.type).name);
      if (!count) continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      const note = (value: unknown): unknown => {
        if (value !== null && value !== undefined) count.inc(Array.isArray(value) ? value.length : 1);
        return value;
      };
      field.resolve = (source, args, context, info) => {
        const value: unknown = resolve(source, args, context, info);
        return value instanceof Promise ? value.then(note) : note(value);
      };
    }
  }
  return schema;
}
