from rich.cells import cell_len

from docktor.cli.live import Seen, frame
from tests.unit.cli.views import event, health, project, service


def seen(services: int = 2, events: int = 50) -> Seen:
    state = Seen(health=health(), projects=[project(*(service(f"s{n}") for n in range(services)))])
    state.events.extend(event(n) for n in range(events))
    return state


def test_the_frame_fits_the_terminal_exactly() -> None:
    for width, height in ((80, 24), (140, 50), (40, 10)):
        lines = frame(seen(), width, height, "q leaves")
        assert len(lines) == height
        assert all(cell_len(line.plain) <= width for line in lines)


def test_the_hint_stays_at_the_bottom_even_with_more_services_than_lines() -> None:
    lines = frame(seen(services=60), 80, 24, "q leaves")
    assert len(lines) == 24
    assert lines[-1].plain == "q leaves"


def test_the_latest_events_are_shown() -> None:
    state = seen(events=0)
    state.events.extend(event(n, text=f"event {n}") for n in range(100))
    text = "\n".join(line.plain for line in frame(state, 80, 24, ""))
    assert "event 99" in text
    assert "event 10\n" not in text


def test_trouble_is_said_at_the_top() -> None:
    state = seen()
    state.trouble = "no daemon answers; waiting for it to return"
    assert "no daemon answers" in frame(state, 80, 24, "")[0].plain
