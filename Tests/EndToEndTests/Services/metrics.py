"""Reads a file of metrics with Prometheus's own parser, and prints the name of each family.

metrics.py FILE [openmetrics]
"""

import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as text

with open(sys.argv[1], encoding="utf-8") as file:
    for family in (open_metrics if len(sys.argv) > 2 else text)(file.read()):
        assert family.documentation, f"{family.name} has no help"
        assert family.type != "unknown", f"{family.name} has no type"
        print(family.name)
