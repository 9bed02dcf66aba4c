"""Reads of patients; nothing here records."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from epione.kernel.crypto import Erased, Place, blind_index, preload, unseal_json, unseal_text

from .domain.identifiers import compact
from .domain.names import fold, phonetic, search_terms
from .domain.record import Fact, FactKind, Identity, PatientCard, Record
from .models import CareTeamMember, ClinicalFact, ErasureRequest, Identifier, LegalHold, Patient, SearchKey

CANDIDATES = 100
BROAD = 50
BROAD_LETTERS = 3
"""Fewer candidates for two or three letters, which name thousands: the person types on."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of patients; `total` counts keyed matches (before the exact filter on decrypted names)."""

    cards: tuple[PatientCard, ...]
    total: int
    page: int
    size: int


def identity_place(row: Patient) -> Place:
    """Where a patient's identity is sealed."""
    return Place(row.practice_id, row.id, "patients_patient", row.id, "sealed")


def fact_place(row: ClinicalFact) -> Place:
    """Where an entry is sealed."""
    return Place(row.practice_id, row.patient_id, "patients_clinicalfact", row.id, "sealed")


def hold_place(row: LegalHold) -> Place:
    """Where the reason of a hold is sealed."""
    return Place(row.practice_id, row.patient_id, "patients_legalhold", row.id, "sealed")


def request_place(row: ErasureRequest) -> Place:
    """Where the reason of an erasure is sealed: under the key of the practice, which stays."""
    return Place(row.practice_id, None, "patients_erasurerequest", row.id, "sealed")


def digest(practice_id: UUID, kind: str, value: str) -> int:
    """The 63-bit keyed hash under which a search key is stored."""
    return int.from_bytes(blind_index(practice_id, f"patients.{kind}", value)[:8]) >> 1


def with_number(practice_id: UUID, medical_id: str) -> UUID | None:
    """The record that bears this number."""
    mark = blind_index(practice_id, "patients.id.medical_id", medical_id.strip())
    rows = Identifier.objects.of_practice(practice_id).filter(kind="medical_id", digest=mark)
    found: UUID | None = rows.values_list("patient_id", flat=True).first()
    return found


def exists(practice_id: UUID, patient_id: UUID) -> bool:
    """Whether the practice has this patient."""
    return Patient.objects.of_practice(practice_id).filter(id=patient_id).exists()


def followed_by(practice_id: UUID, patient_id: UUID, user_id: UUID) -> bool:
    """Whether the user follows the patient; a record with no team is open to the whole practice."""
    team = CareTeamMember.objects.of_practice(practice_id).filter(patient_id=patient_id)
    return not team.exists() or team.filter(user_id=user_id).exists()


def kept_from(practice_id: UUID, user_id: UUID) -> frozenset[UUID]:
    """Patients who have a care team without this user."""
    teams = CareTeamMember.objects.of_practice(practice_id)
    mine = teams.filter(user_id=user_id).values("patient_id")
    return frozenset(teams.exclude(patient_id__in=mine).values_list("patient_id", flat=True))


def team_of(practice_id: UUID, patient_id: UUID) -> list[UUID]:
    """Who follows a patient; empty when the record is open to the whole practice."""
    team = CareTeamMember.objects.of_practice(practice_id).filter(patient_id=patient_id).order_by("id")
    return list(team.values_list("user_id", flat=True))


def visible(practice_id: UUID) -> QuerySet[Any]:
    """Patients that lists show: neither deleted nor merged into another."""
    return Patient.objects.of_practice(practice_id).filter(deleted_at=None, merged_into=None)


def all_ids(practice_id: UUID) -> list[UUID]:
    """Every patient of a practice, for a job that goes through all of them."""
    return list(visible(practice_id).order_by("id").values_list("id", flat=True))


def card_of(row: Patient) -> PatientCard:
    """The decrypted card of a row; raises `Erased`."""
    if not bytes(row.sealed):
        raise Erased
    identity = Identity.from_dict(unseal_json(identity_place(row), bytes(row.sealed)))
    return PatientCard(row.id, identity, row.version, row.created_at, row.updated_at, row.deleted_at)


def _opened(practice_id: UUID, rows: Iterable[Patient]) -> list[PatientCard]:
    """The decrypted cards of many rows, their keys opened together; erased persons are left out."""
    found = list(rows)
    preload(practice_id, [row.id for row in found])
    opened = []
    for row in found:
        with suppress(Erased):
            opened.append(card_of(row))
    return opened


def cards(practice_id: UUID, ids: Iterable[UUID]) -> dict[UUID, PatientCard]:
    """Cards by id, for the lists of other workspaces."""
    rows = Patient.objects.of_practice(practice_id).filter(id__in=list(ids))
    return {card.id: card for card in _opened(practice_id, rows)}


def listing(practice_id: UUID, page: int, size: int) -> Page:
    """Patients by last change."""
    rows = visible(practice_id).order_by("-updated_at", "-id")
    start = (page - 1) * size
    return Page(tuple(_opened(practice_id, rows[start : start + size])), rows.count(), page, size)


def _matches(card: PatientCard, terms: Sequence[tuple[str, str]], words: Sequence[str]) -> bool:
    identity = card.identity
    names = fold(f"{identity.first_name} {identity.last_name} {identity.birth_name}").split()
    return all(any(name.startswith(word) for name in names) for word in words) and all(
        compact(identity.social_security).startswith(value) for kind, value in terms if kind == "nir"
    )


def _rank(card: PatientCard, words: Sequence[str]) -> tuple[int, str]:
    last = fold(card.identity.last_name)
    exact = sum(last == word for word in words) * 2 + sum(last.startswith(word) for word in words)
    return -exact, fold(card.identity.display)


def search(practice_id: UUID, text: str, page: int, size: int) -> Page:
    """Patients whose name, birth date or NIR begin as typed, in any order; then those that sound alike.

    Keyed hashes narrow, decryption of at most `CANDIDATES` records (the newest) confirms and ranks.
    """
    terms = search_terms(text)
    if not terms:
        return Page((), 0, page, size) if text.strip() else listing(practice_id, page, size)
    words = [value for kind, value in terms if kind == "name"]
    keys = _keyed(practice_id, terms)
    most = BROAD if max(len(value) for _kind, value in terms) <= BROAD_LETTERS else CANDIDATES
    found = [card for card in _named(practice_id, keys[:most]) if _matches(card, terms, words)]
    total = keys.count() if len(found) >= most else len(found)
    if not found and words:
        sounding = [("sound", phonetic(value)) if kind == "name" else (kind, value) for kind, value in terms]
        found = _named(practice_id, _keyed(practice_id, sounding)[:size])
        total = len(found)
    found.sort(key=lambda card: _rank(card, words))
    start = (page - 1) * size
    return Page(tuple(found[start : start + size]), total, page, size)


_NARROWEST = {"nir": 0, "birth": 1, "sound": 2, "name": 3}


def _keyed(practice_id: UUID, terms: Sequence[tuple[str, str]]) -> QuerySet[Any]:
    """Ids of the patients who have every key, newest first; the narrowest key leads, the index answers the others."""
    ordered = sorted(terms, key=lambda term: (_NARROWEST[term[0]], -len(term[1])))
    marks = [digest(practice_id, kind, value) for kind, value in ordered]
    keys = SearchKey.objects.filter(practice_id=practice_id, digest=marks[0])
    for mark in marks[1:]:
        same = SearchKey.objects.filter(practice_id=practice_id, digest=mark, patient_id=OuterRef("patient_id"))
        keys = keys.filter(Exists(same))
    return keys.order_by("-patient_id").values_list("patient_id", flat=True)


def _named(practice_id: UUID, ids: QuerySet[Any]) -> list[PatientCard]:
    """The visible patients among these: lists show neither deleted nor merged records."""
    return _opened(practice_id, visible(practice_id).filter(id__in=list(dict.fromkeys(ids))))


def twins(practice_id: UUID, key: str, nir: str) -> list[PatientCard]:
    """Probable duplicates: same sound and birth date, or same NIR."""
    wanted = Q(digest=digest(practice_id, "twin", key))
    if nir:
        wanted |= Q(digest=digest(practice_id, "nir", compact(nir)[:13]))
    keys = SearchKey.objects.filter(wanted, practice_id=practice_id)
    return _opened(practice_id, visible(practice_id).filter(id__in=keys.values("patient_id"))[:10])


def canonical(practice_id: UUID, patient_id: UUID) -> UUID:
    """The record that a merged record is read as."""
    row = (
        Patient.objects.of_practice(practice_id).filter(id=patient_id).values_list("merged_into_id", flat=True).first()
    )
    return row or patient_id


def same_person(practice_id: UUID, patient_id: UUID) -> list[UUID]:
    """The record and those merged into it: what every module reads together."""
    merged = Patient.objects.of_practice(practice_id).filter(merged_into=patient_id).values_list("id", flat=True)
    return [patient_id, *merged]


def fact_of(row: ClinicalFact) -> Fact:
    """The decrypted entry."""
    body = unseal_json(fact_place(row), bytes(row.sealed))
    on = date.fromisoformat(body["on"]) if body.get("on") else None
    return Fact(row.id, row.patient_id, FactKind(row.kind), body["content"], on, row.created_at, row.author_id,
                bool(body.get("retracted")))  # fmt: skip


def facts(practice_id: UUID, patient_id: UUID, kind: FactKind | None = None) -> tuple[Fact, ...]:
    """Newest versions of the entries of a patient, merged records included."""
    rows = ClinicalFact.objects.of_practice(practice_id).filter(
        patient_id__in=same_person(practice_id, patient_id), replaced_by=None
    )
    if kind:
        rows = rows.filter(kind=kind.value)
    return tuple(fact_of(row) for row in rows.order_by("id"))


def record_of(practice_id: UUID, patient_id: UUID) -> Record | None:
    """The whole record of a patient, read through its merge link."""
    row = Patient.objects.of_practice(practice_id).filter(id=canonical(practice_id, patient_id)).first()
    return Record(card_of(row), facts(practice_id, row.id)) if row else None


def fact_history(practice_id: UUID, fact_id: UUID) -> list[Fact]:
    """An entry and the versions that it replaced, newest first."""
    row = ClinicalFact.objects.of_practice(practice_id).filter(id=fact_id).select_related("replaces").first()
    history = []
    while row:
        history.append(fact_of(row))
        row = row.replaces
    return history


def open_holds(practice_id: UUID, people: Iterable[UUID]) -> list[tuple[UUID, str]]:
    """The holds on a record that nobody lifted, with their reasons."""
    rows = LegalHold.objects.of_practice(practice_id).filter(patient_id__in=list(people), lifted_at=None)
    return [(row.id, unseal_text(hold_place(row), bytes(row.sealed))) for row in rows.order_by("id")]


@dataclass(frozen=True, slots=True)
class Erasure:
    """A proposed, confirmed or refused erasure; `name` is "" once the person is erased."""

    id: UUID
    subject_id: UUID
    name: str
    reason: str
    state: str
    proposed_by: UUID
    proposed_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None


def erasures(practice_id: UUID, limit: int = 100) -> list[Erasure]:
    """The erasures of a practice, those that wait first."""
    rows = list(ErasureRequest.objects.of_practice(practice_id).order_by("-id")[:limit])
    waiting = [row.subject_id for row in rows if row.state == ErasureRequest.State.PROPOSED]
    known = cards(practice_id, waiting)
    found = [
        Erasure(
            row.id,
            row.subject_id,
            known[row.subject_id].identity.display if row.subject_id in known else "",
            unseal_text(request_place(row), bytes(row.sealed)),
            row.state,
            row.proposed_by,
            row.created_at,
            row.decided_by,
            row.decided_at,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: one.state != ErasureRequest.State.PROPOSED)
