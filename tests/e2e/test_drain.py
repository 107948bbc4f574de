"""Nothing is lost and nothing is worked twice, however often workers are taken away in the middle of their work."""

from collections import Counter
from functools import partial

import pytest

from tests.e2e.examples import NATS, Bring
from tests.e2e.jetstream import JetStream
from tests.e2e.shop import Docktor, until

pytestmark = pytest.mark.engine
FIRST, SECOND = [f"a{number}" for number in range(500)], [f"b{number}" for number in range(300)]
NERVOUS = {
    "name": "worker",
    "min_replicas": 0,
    "max_replicas": 6,
    "check_interval": 0.5,
    "metrics_window": 1,
    "cooldown": {"up": 0, "down": 0, "zero": 2},
    "stabilization": {"up": 0, "down": 0},
    "target": {"metric": "queue.lag", "value": 40},
    "queue": {"kind": "nats", "url": "nats://nats:4222", "stream": "JOBS", "consumer": "workers"},
}


def test_every_message_is_worked_exactly_once(bring: Bring, docktor: Docktor) -> None:
    compose = bring(NATS, WORK_MS="150", BATCH="4")
    stream = JetStream(f"nats://{compose.compose('port', 'nats', '4222').stdout.strip()}")
    until(stream.ready, "the workers have made their consumer")
    docktor.configure(compose, [NERVOUS])
    docktor.start()

    def running() -> int:
        return len(compose.ps_ids("worker", every=False))

    def at_work(workers: int) -> bool:
        return running() >= workers and stream.left().in_work > 0

    for messages, many in ((FIRST, 5), (SECOND, 3)):
        stream.put(messages)
        until(partial(at_work, many), f"{many} workers at work", 30)
        docktor.ok("scale", "worker", "0")  # all of them, in the middle of it
        assert stream.left().waiting > 0
    until(lambda: running() >= 3, "they come back, as messages wait", 30)
    until(lambda: stream.left().lag == 0, "all is finished", 60)
    until(lambda: running() == 0, "nobody is left", 30)

    times = Counter(one.id for one in stream.worked())
    assert set(times) == {*FIRST, *SECOND}, "lost"
    assert [id_ for id_, count in times.items() if count > 1] == [], "worked twice"
    assert stream.left().handed_out == len(times), "cut off in the middle of their work"
    changes = [one for one in docktor.decisions() if one["phase"] == "done" and one["action"] == "scale_down"]
    assert len(changes) >= 3, "it was taken away from while there was work"
    exits = compose.compose("ps", "-a", "--format", "{{.ExitCode}}", "worker").stdout.split()
    assert exits == ["0"]
