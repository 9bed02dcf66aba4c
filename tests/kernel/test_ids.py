"""Identifiers grow with time."""

from epione.kernel.ids import uuid7


def test_identifiers_of_one_process_strictly_increase() -> None:
    made = [uuid7() for _ in range(5000)]

    assert made == sorted(set(made))


def test_an_identifier_says_version_7_and_variant_2() -> None:
    made = uuid7()

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
