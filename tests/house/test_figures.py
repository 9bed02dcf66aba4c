"""The page of figures tells what was missed."""

from .figures import page

MACHINE = {"system": "Linux", "python": "3.11", "processor": "a processor", "cores": 2, "memory_mb": 8192, "load": 0.1}


def figure(value: float, *, met: bool | None) -> dict:
    told = {"case": "12 medicines", "metric": "review", "unit": "ms", "value": value, "target": 2, "met": met}
    return told | {"peer": "naive", "peer_value": 30.0, "ratio": 15.0}


def test_a_missed_target_stands_at_the_head() -> None:
    text = page(
        [{"name": "medication", "machine": MACHINE, "results": [figure(1.5, met=True), figure(2.5, met=False)]}],
        "today",
    )

    assert "1 of 2 targets are met. Not met:\n- medication, 12 medicines, review: 2.5 ms for 2" in text
    assert "| 12 medicines | review | 1.5 | ms | 2 | yes | naive | 30 | 15.0 |" in text


def test_what_cannot_be_judged_is_not_counted() -> None:
    text = page([{"name": "medication", "machine": MACHINE, "results": [figure(1.5, met=None)]}], "today")

    assert "0 of 0 targets are met.\n" in text
