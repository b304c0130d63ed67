import { findKeyBySecret, makeApiKey, revokeKey } from '../accounts/api-keys.ts';
import { ApiKey } from '../entities/api-key.ts';
import type { MutationResolvers, QueryResolvers } from '../generated/resolvers.ts';

export const apiKeys: QueryResolvers['apiKeys'] = (_parent, _args, { em }) =>
  em.find(ApiKey, {}, { orderBy: { createdAt: 'desc', id: 'asc' } });

export const verifyApiKey: MutationResolvers['verifyApiKey'] = async (_parent, { secret }, { em }) =>
  (await findKeyBySecret(em, secret)) ?? null;

export const createApiKey: MutationResolvers['createApiKey'] = async (_parent, { input }, { em, identity }) => {
  const outcome = await makeApiKey(em, input, identity.subject);
  return 'secret' in outcome ? { __typename: 'CreatedApiKey', ...outcome } : { __typename: 'InvalidInput', ...outcome };
};

export const revokeApiKey: MutationResolvers['revokeApiKey'] = async (_parent, { id }, { em }) => {
  const key = await revokeKey(em, id);
  return key
    ? { __typename: 'RevokedApiKey', key }
    : { __typename: 'NotFound', code: 'KEY_NOT_FOUND', path: 'id', message: 'There is no key of this id.' };
};
