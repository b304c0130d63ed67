import { graphql } from '../../generated/gql.ts';

/** Experiments with what there is to say of each. */
export const ExperimentsQuery = graphql(`
  query Experiments($status: ExperimentStatus) {
    experiments(status: $status) {
      id
      key
      name
      kind
      status
      startedAt
      results {
        people
        decision {
          code
          variant
        }
      }
      variants {
        key
        name
      }
    }
  }
`);

/** One experiment with everything that is known of it. */
export const ExperimentQuery = graphql(`
  query Experiment($id: ID!) {
    experiment(id: $id) {
      ...ExperimentSetup
      results {
        people
        mixed
        asOf
        sampleRatio {
          pValue
          warning
        }
        decision {
          code
          variant
          reasons {
            code
            text
          }
        }
        metrics {
          metric
          role
          varianceReduction
          unavailable {
            text
          }
          variants {
            key
            people
            positive
            total
            mean
            lift {
              value
              low
              high
              pValue
            }
            probabilityBest
            harmed
          }
        }
        preferences {
          by
          first
          second
          ties
          share {
            value
            low
            high
          }
          pValue
          signTestPValue
        }
      }
    }
  }

  fragment ExperimentSetup on Experiment {
    id
    key
    name
    hypothesis
    kind
    status
    placement
    audienceShare
    primaryMetric
    secondaryMetrics
    guardMetrics
    minimumEffect
    windowDays
    createdAt
    startedAt
    stoppedAt
    revision
    variants {
      key
      name
      weight
      pipeline
      diversity
    }
  }
`);

/** How many people an experiment needs. */
export const ExperimentPlanQuery = graphql(`
  query ExperimentPlan(
    $metric: ExperimentMetric!
    $minimumEffect: Float!
    $variants: Int!
    $audienceShare: Float!
    $windowDays: Int!
    $baselineShare: Float
  ) {
    experimentPlan(
      metric: $metric
      minimumEffect: $minimumEffect
      variants: $variants
      audienceShare: $audienceShare
      windowDays: $windowDays
      baselineShare: $baselineShare
    ) {
      baseline
      peoplePerVariant
      peoplePerDay
      days
      detectableIn28Days
      unavailable {
        text
      }
    }
  }
`);

/** What became of a change, whichever it was. */
graphql(`
  fragment ExperimentChange on ChangeExperimentResult {
    __typename
    ... on ExperimentChanged {
      experiment {
        ...ExperimentSetup
      }
    }
    ... on UserError {
      message
    }
  }
`);

/** Defines an experiment. */
export const SaveExperimentMutation = graphql(`
  mutation SaveExperiment($id: ID, $experiment: ExperimentInput!) {
    saveExperiment(id: $id, experiment: $experiment) {
      ...ExperimentChange
    }
  }
`);

export const StartExperimentMutation = graphql(`
  mutation StartExperiment($id: ID!) {
    startExperiment(id: $id) {
      ...ExperimentChange
    }
  }
`);

export const StopExperimentMutation = graphql(`
  mutation StopExperiment($id: ID!) {
    stopExperiment(id: $id) {
      ...ExperimentChange
    }
  }
`);

export const ArchiveExperimentMutation = graphql(`
  mutation ArchiveExperiment($id: ID!) {
    archiveExperiment(id: $id) {
      ...ExperimentChange
    }
  }
`);

export const RestoreExperimentMutation = graphql(`
  mutation RestoreExperiment($id: ID!) {
    restoreExperiment(id: $id) {
      ...ExperimentChange
    }
  }
`);
