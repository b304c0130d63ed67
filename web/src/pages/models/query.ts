import { graphql } from '../../generated/gql.ts';

/** Every model with its versions and its latest run. */
export const ModelsQuery = graphql(`
  query Models {
    models {
      name
      title
      status
      unavailable {
        ...UnavailableText
      }
      served {
        id
      }
      latestRun {
        ...RunProgress
      }
      versions(first: 8) {
        id
        name
        version
        status
        trainedAt
        asOf
        rows
        durationMs
        seed
        parameters
        primaryMetric {
          ...Measure
        }
        metrics {
          ...Measure
        }
      }
    }
  }

  fragment RunProgress on TrainingRun {
    id
    status
    progress
    message
    queuedAt
    finishedAt
  }
`);

/** Asks for a fit. */
export const TrainMutation = graphql(`
  mutation Train($name: String!) {
    trainModel(name: $name) {
      __typename
      ... on TrainingQueued {
        run {
          ...RunProgress
        }
      }
      ... on NotFound {
        code
        message
      }
    }
  }
`);

/** How far a fit is. */
export const RunQuery = graphql(`
  query Run($id: ID!) {
    trainingRun(id: $id) {
      ...RunProgress
    }
  }
`);

/** How far the latest fit of each model is, whenever one moves on. */
export const RunsChanged = graphql(`
  subscription RunsChanged {
    trainingProgress {
      model
      ...RunProgress
    }
  }
`);
