"""librdkafka's broker as a program: `python -m tests.brokers.kafka_broker PORT ADVERTISED-PORT`.

It says on which port the broker itself listens. Then it takes lines, and answers each with librdkafka's error number,
0 if there is none: `topic NAME PARTITIONS`, `advertise PORT`. It ends with its input.
"""

import asyncio
import ctypes
import sys
import threading

from confluent_kafka import cimpl

HOST = "127.0.0.1"
BROKERS = 1
PRODUCER = 0
CHUNK = 65536


class Cluster:
    """Its port is the system's choice, and another one at every start: hence the front."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(cimpl.__file__)
        for name in ("rd_kafka_new", "rd_kafka_conf_new", "rd_kafka_mock_cluster_new"):
            getattr(self._library, name).restype = ctypes.c_void_p
        self._library.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
        said = ctypes.create_string_buffer(512)
        configuration = ctypes.c_void_p(self._library.rd_kafka_conf_new())
        client = self._library.rd_kafka_new(PRODUCER, configuration, said, ctypes.c_size_t(len(said)))
        assert client, said.value
        self._cluster = ctypes.c_void_p(self._library.rd_kafka_mock_cluster_new(ctypes.c_void_p(client), BROKERS))
        self.port = int(self._library.rd_kafka_mock_cluster_bootstraps(self._cluster).rpartition(b":")[2])

    def add_topic(self, name: str, partitions: int) -> int:
        error: int = self._library.rd_kafka_mock_topic_create(self._cluster, name.encode(), partitions, BROKERS)
        return error


class Front:
    """Passes all on between the port that stays and the broker's, whose answers then tell of the advertised one."""

    def __init__(self, broker: int, advertised: int) -> None:
        self._broker = broker
        self._told = address(broker)
        self.advertise(advertised)

    def advertise(self, port: int) -> None:
        self._tell = address(port)

    async def serve(self, port: int) -> None:
        server = await asyncio.start_server(self._take, HOST, port)
        await server.serve_forever()

    async def _take(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        broker_in, broker_out = await asyncio.open_connection(HOST, self._broker)
        pumps = [
            asyncio.create_task(self._questions(client_in, broker_out)),
            asyncio.create_task(self._answers(broker_in, client_out)),
        ]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        broker_out.close()
        client_out.close()

    async def _questions(self, client: asyncio.StreamReader, broker: asyncio.StreamWriter) -> None:
        while chunk := await client.read(CHUNK):
            broker.write(chunk)
            await broker.drain()

    async def _answers(self, broker: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        while True:
            size = await broker.readexactly(4)
            answer = await broker.readexactly(int.from_bytes(size, "big"))
            client.write(size + answer.replace(self._told, self._tell))
            await client.drain()


def address(port: int) -> bytes:
    return HOST.encode() + port.to_bytes(4, "big")


def say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def main() -> None:
    own, advertised = map(int, sys.argv[1:])
    cluster = Cluster()
    front = Front(cluster.port, advertised)
    threading.Thread(target=asyncio.run, args=(front.serve(own),), daemon=True).start()
    say(cluster.port)
    for line in sys.stdin:
        match line.split():
            case "topic", name, partitions:
                say(cluster.add_topic(name, int(partitions)))
            case "advertise", port:
                front.advertise(int(port))
                say(0)


if __name__ == "__main__":
    main()
