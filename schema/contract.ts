/**
 * Holds the graph to what was released: whatever could break a client of `released.graphql` stops here, unless somebody
 * reviewed it and said why in `exceptions.json`. Run as a program it checks the committed files and exits with 1 where they
 * do not hold.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BreakingChangeType,
  buildSchema,
  DangerousChangeType,
  findBreakingChanges,
  findDangerousChanges,
  GraphQLDeprecatedDirective,
  type GraphQLSchema,
  getDirectiveValues,
  Kind,
  parse,
  visit,
} from 'graphql';
import { z } from 'zod';

const exceptionsShape = z.array(
  z.strictObject({
    /** The sentence that the check says, word for word. */
    change: z.string().min(1),
    reason: z.string().min(10),
    date: z.iso.date(),
    reviewer: z.string().min(2),
  }),
);

/** A change that could break a client and was let through by a person who looked at it. */
export type ReviewedChange = z.infer<typeof exceptionsShape>[number];

/**
 * Sentences about everything that could break a client, breaking changes before those that only may: a value added to an enum that
 * clients switch over, a member of a union, a default. An argument or input field that may be left out is not among them: no
 * document that was valid means anything else by it.
 */
export function riskyChanges(released: GraphQLSchema, current: GraphQLSchema): string[] {
  const harmless: ReadonlySet<string> = new Set([
    DangerousChangeType.OPTIONAL_ARG_ADDED,
    DangerousChangeType.OPTIONAL_INPUT_FIELD_ADDED,
  ]);
  const changes = [...findBreakingChanges(released, current), ...findDangerousChanges(released, current)];
  const breaking = new Set<string>(Object.values(BreakingChangeType));
  return changes
    .filter(({ type }) => !harmless.has(type))
    .map(({ type, description }) => `${breaking.has(type) ? 'Breaks clients' : 'May break clients'}: ${description}`);
}

/** Sentences about deprecations that do not say why, or since when: their reason begins with a day, `2026-11-23: use … instead`. */
export function undatedDeprecations(sdl: string): string[] {
  const faults: string[] = [];
  const path: string[] = [];
  visit(parse(sdl), {
    enter(node) {
      if (!('name' in node) || !node.name || node.kind === Kind.DIRECTIVE || node.kind === Kind.NAMED_TYPE) return;
      path.push(node.name.value);
      if (!('directives' in node)) return;
      const deprecated = getDirectiveValues(
        GraphQLDeprecatedDirective,
        node as Parameters<typeof getDirectiveValues>[1],
      );
      if (deprecated && !/^\d{4}-\d{2}-\d{2}: \S.{9,}/.test(String(deprecated['reason']))) {
        faults.push(
          `${path.join('.')} is deprecated without a day and a reason: write @deprecated(reason: "2026-01-31: use … instead").`,
        );
      }
    },
    leave(node) {
      if (!('name' in node) || !node.name || node.kind === Kind.DIRECTIVE || node.kind === Kind.NAMED_TYPE) return;
      path.pop();
    },
  });
  return faults;
}

/** Everything that is wrong with the graph beside the one released, a sentence each. Throws where the exceptions cannot be read. */
export function contractFaults(releasedSdl: string, currentSdl: string, exceptionsJson: string): string[] {
  const exceptions = readExceptions(exceptionsJson);
  const changes = riskyChanges(buildSchema(releasedSdl), buildSchema(currentSdl));
  const reviewed = new Set(exceptions.map(({ change }) => change));
  return [
    ...changes.filter((change) => !reviewed.has(change)),
    ...exceptions
      .filter(({ change }) => !changes.includes(change))
      .map(({ change }) => `schema/exceptions.json lets a change through that is none any more: "${change}".`),
    ...undatedDeprecations(currentSdl),
  ];
}

/** The reviewed exceptions. Throws with one sentence where an entry lacks its change, reason, date or reviewer. */
export function readExceptions(json: string): ReviewedChange[] {
  const parsed = exceptionsShape.safeParse(JSON.parse(json));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`schema/exceptions.json: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** A file of this folder. */
export const contractFile = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');

if (import.meta.main) {
  const faults = contractFaults(
    contractFile('released.graphql'),
    contractFile('api.graphql'),
    contractFile('exceptions.json'),
  );
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) {
    console.error(
      'Keep what was released and add beside it; or have the change reviewed, and name it in schema/exceptions.json.',
    );
    process.exit(1);
  }
}
