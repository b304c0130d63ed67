import type { QueryResolvers } from '../generated/resolvers.ts';

/** Changes when an erasure was carried out, another version of a model is served, or the shop's settings are other ones. */
export const dataEpoch: QueryResolvers['dataEpoch'] = async (_parent, _args, { db }) => {
  const { rows } = await db.query<{ epoch: string }>(
    `SELECT events.erasures() || '-' || md5(
       coalesce((SELECT string_agg(model || ':' || version, ',' ORDER BY model) FROM registry.model_version WHERE status = 'SERVED'), '')
       || coalesce((SELECT string_agg(s::text, ',') FROM events.shop s), '')) AS epoch`,
  );
  return rows[0]?.epoch ?? null;
};
