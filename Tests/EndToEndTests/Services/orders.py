"""Takes an order: asks `inventory` for stock and `pricing` for the price, and charges a bank that traces nothing."""

import service


def answer(path):
    item = path.split("/")[2]
    status, text = service.call("inventory", f"/stock/{item}")
    if status != 200:
        return status, text
    service.call("pricing", f"/price/{item}")
    return service.call("bank", "/charge", kind="external")


service.run("orders", answer, **{"deployment.environment.name": "test", "replicas": 2, "canary": False, "share": 0.25})
