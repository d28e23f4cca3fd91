"""search_burst.py PORT COUNT TOGETHER: asks 127.0.0.1:PORT to search, COUNT times, each on a connection of its own and as
many as TOGETHER at once.

Prints how often each status was answered, as JSON; "none" where the connection ended without one. Gives up after two
minutes.
"""

import asyncio
import collections
import json
import resource
import sys

port, count, together = (int(argument) for argument in sys.argv[1:4])
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
request = (
    b"GET /api/spoor/v1/search?q=%7B%20.nobody.has%20=%20%22this%22%20%7D HTTP/1.1\r\n"
    b"Host: localhost\r\nConnection: close\r\n\r\n"
)
statuses = collections.Counter()


async def ask(gate):
    async with gate:
        status = "none"
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            line = await reader.readline()
            await reader.read()
            writer.close()
            if line:
                status = line.split()[1].decode()
        except OSError:
            pass
        statuses[status] += 1


async def main():
    gate = asyncio.Semaphore(together)
    await asyncio.wait_for(asyncio.gather(*(ask(gate) for _ in range(count))), 120)


asyncio.run(main())
print(json.dumps(statuses))
