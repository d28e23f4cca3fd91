"""Asks a server at API what it knows of a shop, through jaeger-mcp's client of Jaeger's API, and prints the answers as JSON.

SERVICE is one of the shop's services, TAGS are some that its spans have, and OPERATION is one of its span names.
"""

import asyncio
import json
import os

from jaeger_mcp import JaegerClient, tools

service = os.environ["SERVICE"]
operation = os.environ["OPERATION"]
tags = json.loads(os.environ["TAGS"])
os.environ["JAEGER_URL"] = os.environ["API"]
os.environ["JAEGER_RETRY_ATTEMPTS"] = "0"


def structured(result):
    """What a tool answers to programs, without what it tells people."""
    return result.structuredContent if hasattr(result, "structuredContent") else result


# It is not closed, which would fail: each of its calls has an event loop of its own, and the last one is over by then.
client = JaegerClient.from_env()
traces = client.search_traces(service, limit=1000)
failed = client.search_traces(service, tags={"error": "true"}, limit=1000)
trace = client.get_trace(traces[0].trace_id)
try:
    client.get_trace("1")
    unknown = "found"
except Exception as error:  # Whatever the client makes of a 404.
    unknown = str(getattr(getattr(error, "response", None), "status_code", error))
statistics = client.span_statistics(service, operation=operation, limit=100)
path = client.critical_path(trace.trace_id)
comparison = client.compare_traces(traces[0].trace_id, traces[0].trace_id)
answers = {
    "services": client.list_services(),
    "traces": [[found.trace_id, found.span_count, found.root_service] for found in traces],
    "failed": sorted(found.trace_id for found in failed if found.errors_count > 0),
    "failedCount": len(failed),
    "operated": len(client.search_traces(service, operation=operation, limit=1000)),
    "tagged": len(client.search_traces(service, tags=tags, limit=1000)),
    "none": len(client.search_traces(service, tags={"no.such": "tag"})),
    "slow": len(client.search_traces(service, min_duration="24h")),
    "spans": [[span.span_id, span.parent_span_id, span.service_name, span.operation] for span in trace.spans],
    "root": [trace.root_service, trace.root_operation],
    "unknown": unknown,
    "dependencies": [[edge.parent, edge.child, edge.call_count] for edge in client.get_dependencies()],
    "statistics": {stats.operation: stats.count for stats in statistics.stats},
    "path": [step["operation"] for step in path["critical_path"]],
    "unchanged": comparison.unchanged_count,
    "tests": client.find_test_traces(tags, service=service)["total_count"],
}

answers["operations"] = structured(asyncio.run(tools.jaeger_list_operations(service)))["operations"]
print(json.dumps(answers))
