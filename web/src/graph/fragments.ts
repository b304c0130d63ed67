import { graphql } from '../generated/gql.ts';

// Fragments are known to operations by name: generation picks them up from here, nothing imports them.

/** The version behind a number, as the "why" card shows it. */
graphql(`
  fragment ModelStamp on ModelVersion {
    id
    name
    version
    trainedAt
    asOf
    primaryMetric {
      ...Measure
    }
  }
`);

/** A measure of a model beside its baseline. */
graphql(`
  fragment Measure on MetricValue {
    name
    title
    value
    baseline
    baselineTitle
    higherIsBetter
  }
`);

/** Customers divided by one algorithm. */
graphql(`
  fragment Division on Segmentation {
    algorithm
    customers
    outside
    k
    eps
    minPoints
    silhouette
    stability
    persistence
    asOf
    parts {
      key
      name
      size
      share
    }
    unavailable {
      ...UnavailableText
    }
    model {
      ...ModelStamp
    }
  }
`);

/** One reason, readable and weighed. */
graphql(`
  fragment ReasonText on Reason {
    code
    text
    weight
  }
`);

/** Why there is no number. */
graphql(`
  fragment UnavailableText on Unavailable {
    code
    text
  }
`);

/** A churn answer with all that backs it. */
graphql(`
  fragment ChurnAnswer on Churn {
    probability
    low
    high
    band
    horizonDays
    asOf
    reasons {
      ...ReasonText
    }
    unavailable {
      ...UnavailableText
    }
    model {
      ...ModelStamp
    }
  }
`);

/** An elasticity with all that backs it. */
graphql(`
  fragment ElasticityAnswer on Elasticity {
    value
    low
    high
    confidence
    asOf
    reasons {
      ...ReasonText
    }
    unavailable {
      ...UnavailableText
    }
    model {
      ...ModelStamp
    }
  }
`);
