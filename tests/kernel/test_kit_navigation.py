"""A person sees what her role opens, her own workspace first."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import RequestFactory

from epione.kernel.actor import Actor, ActorKind
from epione.kernel.kit import home, navigation, search, shell

ONE = Actor(UUID(int=1), ActorKind.PERSON, UUID(int=2), frozenset({"pharmacist"}), "Camille Rey")


@pytest.fixture(autouse=True)
def empty_registries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(navigation, "_items", {})
    monkeypatch.setattr(home, "_panels", {})
    monkeypatch.setattr(home, "_sentences", {})
    monkeypatch.setattr(home, "_doors", {})
    monkeypatch.setattr(search, "_sources", {})
    monkeypatch.setattr(shell, "_providers", shell.Providers())
    shell.provide(may=lambda actor, scope: scope == "own:read" and "pharmacist" in actor.roles)
    return


def item(key: str, **more: object) -> navigation.NavItem:
    facts = {"key": key, "label": key, "url_name": "kit:menu", "icon": "home"}
    return navigation.NavItem(**(facts | more))  # type: ignore[arg-type]


def test_entries_without_right_or_without_page_are_left_out() -> None:
    navigation.register(item("seen", scope="own:read"))
    navigation.register(item("forbidden", scope="others:read"))
    navigation.register(item("not built", url_name="nowhere:list"))

    links = navigation.items_for(ONE, RequestFactory().get("/"))

    assert [link.key for link in links] == ["seen"]


def test_a_stranger_sees_nothing() -> None:
    navigation.register(item("seen"))

    assert navigation.items_for(None, RequestFactory().get("/")) == []


def test_the_workspaces_of_her_role_come_first_and_stand_on_the_tab_bar() -> None:
    navigation.register(item("imaging", order=1, roles=frozenset({"radiologist"})))
    navigation.register(item("medication", order=2, roles=frozenset({"pharmacist"}), count=lambda _actor: 7))

    links = navigation.items_for(ONE, RequestFactory().get("/"))

    assert [(link.key, link.tab, link.count) for link in links] == [("medication", True, 7), ("imaging", False, None)]


def test_the_current_entry_is_the_closest_to_the_address() -> None:
    navigation.register(item("gallery", url_name="kit:gallery"))
    navigation.register(item("choices", url_name="kit:gallery-choices"))

    links = navigation.items_for(ONE, RequestFactory().get("/kit/choices/"))

    assert {link.key: link.current for link in links} == {"gallery": False, "choices": True}


def test_the_shell_refuses_what_it_does_not_ask_for() -> None:
    with pytest.raises(TypeError):
        shell.provide(weather=lambda _actor: "rain")


def test_panels_are_those_of_the_role_that_have_something_to_say() -> None:
    def panel(key: str, **more: object) -> home.Panel:
        facts = {"key": key, "template": "t.html", "context": lambda _actor: {"key": key}}
        return home.Panel(**(facts | more))  # type: ignore[arg-type]

    home.register(panel("mine", roles=frozenset({"pharmacist"}), order=2))
    home.register(panel("everyone", order=1))
    home.register(panel("theirs", roles=frozenset({"surgeon"})))
    home.register(panel("silent", context=lambda _actor: None))
    home.register(panel("closed", scope="others:read"))
    home.register(panel("urgent", column=home.NEXT, order=1))
    home.register(panel("less urgent", column=home.NEXT, order=2))

    columns = home.panels_for(ONE)

    assert [one.key for one in columns[home.MAIN]] == ["everyone", "mine"]
    assert [one.key for one in columns[home.NEXT]] == ["urgent"]


def test_a_role_may_start_elsewhere_unless_the_person_has_another() -> None:
    home.open_on("pharmacist", "kit:menu")

    assert home.door_of(ONE) == "kit:menu"
    assert home.door_of(Actor(ONE.id, ONE.kind, ONE.practice_id, frozenset({"pharmacist", "admin"}))) == ""


def test_search_asks_only_what_the_person_may_ask_and_shows_only_what_was_found() -> None:
    def found(key: str, scope: str = "", hits: int = 1) -> search.Source:
        return search.Source(key, key, "pill", lambda _a, text: [search.Hit(((text, True),), "/")] * hits, scope)

    search.register(found("drugs"))
    search.register(found("patients", "others:read"))
    search.register(found("documents", hits=0))

    assert [(one.label, one.hits[0].pieces) for one in search.find(ONE, "kard")] == [("drugs", (("kard", True),))]
