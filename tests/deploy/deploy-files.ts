import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

/** Root of the repository. */
export const root = resolve(import.meta.dirname, '../..');

export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** A YAML file as Docker Compose and Prometheus read it: with `<<` merges. */
export const readYaml = <T>(path: string): T => parse(read(path), { merge: true }) as T;

/** All documents of a YAML file, as Kubernetes reads it. */
export const readDocuments = <T>(path: string): T[] =>
  parseAllDocuments(read(path)).map((document) => document.toJS() as T);

/** Every file below a folder with this ending, relative to the root. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file))
    .sort();
}

/** Names of the variables that a text takes from the environment (`${NAME}`, with or without a default). */
export function variablesOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name ?? ''))].sort();
}

/** A value with `${NAME}`, `${NAME:-default}` and `${NAME:?message}` filled in; throws where a needed one is missing. */
export function interpolate(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(
    /\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g,
    (_, name: string, kind: string | undefined, rest: string) => {
      const value = env[name];
      if (value) return value;
      if (kind === '-') return rest;
      throw new Error(`${name} is needed: ${rest ?? ''}`);
    },
  );
}

/** An environment file: names and values. */
export function readEnv(path: string): Record<string, string> {
  return Object.fromEntries(
    read(path)
      .split('\n')
      .filter((line) => /^[A-Z_]+=/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
