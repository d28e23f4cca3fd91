"""api_client.py URL CA_FILE TOKEN: asks the API as a program of somebody else's does, with Python's own library.

Prints a line of JSON for each answer: what was asked, the status, some headers, and the beginning of the body.
"""

import gzip
import json
import ssl
import sys
import urllib.error
import urllib.request

url, ca_file, token = sys.argv[1:4]
trust = ssl.create_default_context(cafile=ca_file) if url.startswith("https") else None


def ask(name, path, method="GET", **headers):
    request = urllib.request.Request(url + path, method=method)
    for key, value in headers.items():
        request.add_header(key.replace("_", "-"), value)
    try:
        answer = urllib.request.urlopen(request, context=trust, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    body = answer.read()
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    print(
        json.dumps(
            {
                "name": name,
                "status": answer.status,
                "coding": answer.headers.get("Content-Encoding", ""),
                "challenge": answer.headers.get("WWW-Authenticate", ""),
                "allow": answer.headers.get("Allow", ""),
                "body": body[:200].decode(),
            }
        )
    )


right = f"Bearer {token}"
ask("ready", "/ready")
ask("no token", "/metrics")
ask("wrong token", "/metrics", Authorization="Bearer wrong")
ask("metrics", "/metrics", Authorization=right)
ask("packed", "/metrics", Authorization=right, Accept_Encoding="gzip")
ask("head", "/metrics", method="HEAD", Authorization=right)
ask("delete", "/metrics", method="DELETE", Authorization=right)
ask("options", "/metrics", method="OPTIONS", Authorization=right)
ask("tempo", "/api/echo", Authorization=right)
ask("nothing", "/nothing", Authorization=right)
