import { gql } from '@apollo/client';
import { describe, expect, test } from 'vitest';
import { createCache } from '../../web/src/graph/cache.ts';

describe('the cache of the pages', () => {
  test('gives back what a fragment on a union, and one on an interface within it, asked for', () => {
    const query = gql`
      query {
        saveExperiment {
          ...Change
        }
      }
      fragment Change on ChangeExperimentResult {
        ... on ExperimentChanged {
          experiment {
            id
            name
          }
        }
        ... on UserError {
          message
        }
      }
    `;
    for (const saveExperiment of [
      { __typename: 'ExperimentChanged', experiment: { __typename: 'Experiment', id: 'e1', name: 'Green button' } },
      { __typename: 'InvalidInput', message: 'The key is taken.' },
      { __typename: 'NotFound', message: 'There is no such experiment.' },
    ]) {
      const cache = createCache();
      cache.writeQuery({ query, data: { saveExperiment } });
      expect(cache.readQuery({ query })).toEqual({ saveExperiment });
    }
  });
});
