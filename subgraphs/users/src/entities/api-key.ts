import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** A key of a program, kept as its hash. */
export const ApiKey = defineEntity({
  name: 'ApiKey',
  tableName: 'api_key',
  schema: 'users',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    kind: p.enum(['WRITE', 'API']).columnType('text'),
    prefix: p.text(),
    hash: p.text().unique('api_key_hash_unique'),
    scopes: p.array().columnType('text[]'),
    /** Subject of who made it. */
    createdBy: p.text(),
    createdAt: p.datetime().columnType('timestamptz'),
    revokedAt: p.datetime().columnType('timestamptz').nullable(),
  },
});

export type ApiKeyRow = InferEntity<typeof ApiKey>;
