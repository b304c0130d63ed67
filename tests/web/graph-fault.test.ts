import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { expect, test } from 'vitest';
import { toFault } from '../../web/src/graph/fault.ts';

const ofErrors = (...extensions: Record<string, unknown>[]) =>
  new CombinedGraphQLErrors({ data: null, errors: extensions.map((one) => ({ message: 'No.', extensions: one })) });

const ofResponse = (status: number, body: string) =>
  new ServerError('Response not successful', {
    response: new Response(body, { status, headers: { 'x-request-id': 'from-header' } }),
    bodyText: body,
  });

test('an answer without a session sends to the sign-in', () => {
  expect(toFault(ofErrors({ code: 'UNAUTHENTICATED' })).kind).toBe('signed-out');
  expect(toFault(ofResponse(401, '')).kind).toBe('signed-out');
});

test('what the role forbids is no failure', () => {
  expect(toFault(ofErrors({ code: 'FORBIDDEN' })).kind).toBe('forbidden');
  expect(toFault(ofErrors({ code: 'FORBIDDEN' }, { code: 'INTERNAL_SERVER_ERROR' })).kind).toBe('failed');
});

test('a failure carries the id of its request, from the body or from the header', () => {
  expect(toFault(ofErrors({ code: 'X', requestId: 'r1' })).requestId).toBe('r1');
  expect(toFault(ofResponse(500, 'oops')).requestId).toBe('from-header');
  expect(toFault(ofResponse(400, '{"errors":[{"message":"Wrong.","extensions":{"requestId":"r2"}}]}'))).toMatchObject({
    message: 'Wrong.',
    requestId: 'r2',
  });
});

test('no answer at all is a server that is away', () => {
  expect(toFault(new TypeError('fetch failed')).kind).toBe('offline');
});
