#!/bin/sh
# Revenue and orders of the last 28 days beside the 28 days before, by curl.
set -eu
curl --silent --show-error --fail-with-body "${GRAPH_URL:?}" \
  --header "Authorization: Bearer ${TOKEN:?}" \
  --header 'Content-Type: application/json' \
  --data '{"query":"{ metrics(range: LAST_28_DAYS, compareTo: PREVIOUS_PERIOD) { period { from to } revenue { amountMinor currency } orders comparison { revenue { amountMinor } orders } } }"}'
echo
