# SPDX-License-Identifier: Apache-2.0
"""A TCP relay that makes loopback as far away as another city: each byte arrives later by half of the round trip.

relay.py MILLISECONDS_OF_ROUND_TRIP FROM_PORT:TO_PORT...
"""

import asyncio
import sys

from loopback import addresses


async def forward(reader, writer, delay, first_delay):
    """Copies in order, each piece `delay` seconds after it came; the first one after `first_delay`."""
    loop = asyncio.get_running_loop()
    pieces = asyncio.Queue()

    async def deliver():
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(due - loop.time())
            if not piece:
                break
            writer.write(piece)
            await writer.drain()
        writer.close()

    delivery = asyncio.create_task(deliver())
    wait = first_delay
    piece = None
    while piece != b"":
        try:
            piece = await reader.read(1 << 16)
        except ConnectionError:
            piece = b""
        pieces.put_nowait((loop.time() + wait, piece))
        wait = delay
    try:
        await delivery
    except ConnectionError:
        pass


async def serve(round_trip, from_port, to_port):
    async def relay(client_reader, client_writer):
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", to_port)
        # The kernel accepts a connection at once; over a distance that takes a round trip before the first byte leaves.
        await asyncio.gather(forward(client_reader, server_writer, round_trip / 2, round_trip * 3 / 2),
                             forward(server_reader, client_writer, round_trip / 2, round_trip / 2))

    server = await asyncio.start_server(relay, addresses(), from_port)
    await server.serve_forever()


async def main():
    round_trip = float(sys.argv[1]) / 1000
    ports = [map(int, pair.split(":")) for pair in sys.argv[2:]]
    await asyncio.gather(*(serve(round_trip, from_port, to_port) for from_port, to_port in ports))


if __name__ == "__main__":
    asyncio.run(main())
