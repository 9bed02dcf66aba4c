"""Filling the demo practice: through the same services as people, dated around today."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.conf import settings

from epione.identity.public import PracticeFacts, actor_of, create_practice, create_user, members_of
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.medications.public import search_medications
from epione.patients.domain.record import FactKind, Identity, Sex
from epione.patients.public import NewFact, PatientCard, add_facts, create_patient
from epione.prescriptions.public import DispensingContent, LineContent, LineView, Source, add_lines, record_dispensings

from . import people
from .people import DemoPatient
from .refills import REFILLS
from .reviews import advance

MONTH = timedelta(days=30)


def _day(months_ago: int) -> date:
    return clock.today() - months_ago * MONTH


def open_practice() -> PracticeFacts:
    """The practice and its staff, all with the demo's password."""
    practice = create_practice(name=people.PRACTICE, finess=people.FINESS, sites=people.SITES)
    for username, first_name, last_name, roles in people.STAFF:
        create_user(
            practice_id=practice.id,
            username=username,
            password=settings.DEMO_PASSWORD,
            roles=list(roles),
            first_name=first_name,
            last_name=last_name,
        )
    return practice


def person(practice: PracticeFacts, username: str) -> Actor:
    """A member of the staff, acting."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 -- needs Django set up

    user = get_user_model().objects.get(username=username)
    found = actor_of(user, practice.id)
    if found is None:
        raise LookupError(username)
    return found


def line_of(
    name: str, posology: str, indication: str, start: date, source: str, end: date | None = None
) -> LineContent:
    """A line whose medicine is the first hit of the catalogue; kept as written when nothing is found."""
    hits = search_medications(name)
    drug = hits[0].drug if hits else None
    return LineContent(
        written=name,
        cis=(drug.cis or "") if drug else "",
        inn=drug.name if drug and not drug.cis else "",
        posology=posology,
        indication=indication,
        start=start,
        end=end,
        prescriber="Dr Hélène Aubry" if source == "prescribed" else "",
        source=Source(source),
    )


def _facts(patient: DemoPatient) -> Iterator[NewFact]:
    for code, label, months in patient.problems:
        yield NewFact(FactKind.PROBLEM, {"icd10": code, "label": label}, _day(months))
    for substance, reaction, months in patient.allergies or ():
        yield NewFact(FactKind.ALLERGY, {"substance": substance, "reaction": reaction}, _day(months))
    if patient.allergies == ():
        yield NewFact(FactKind.ALLERGY, {"none_known": True}, _day(3))
    for code, unit, values in patient.series:
        for place, value in enumerate(reversed(values)):
            yield NewFact(
                FactKind.OBSERVATION, {"code": code, "value": value, "unit": unit}, _day(place * patient.every)
            )
    for name, value in patient.flags.items():
        yield NewFact(FactKind.FLAG, {"name": name, "value": value}, _day(1))


def admit(patient: DemoPatient, by: Actor) -> PatientCard:
    """Open the record of a patient with her facts and treatment."""
    identity = Identity(
        patient.first_name, patient.last_name, date(*patient.born), Sex(patient.sex), physician=patient.physician
    )
    card = create_patient(identity=identity, by=by, confirmed_distinct=True)
    add_facts(patient_id=card.id, facts=list(_facts(patient)), by=by)
    lines = [line_of(name, dose, why, _day(months), source) for name, dose, why, months, source in patient.lines]
    lines += [line_of(name, dose, "", _day(start), "prescribed", _day(end)) for name, dose, start, end in patient.past]
    _hand_out(patient, add_lines(patient_id=card.id, contents=lines, by=by), by)
    return card


def _hand_out(patient: DemoPatient, lines: Sequence[LineView], by: Actor) -> None:
    """What the pharmacy dispensed of her medicines."""
    ids = {view.content.written: view.id for view in lines}
    for name, days_ago, lasts in REFILLS.get(patient.last_name, ()):
        days = [clock.today() - timedelta(days=ago) for ago in days_ago]
        contents = [DispensingContent(day, lasts, boxes=1) for day in days]
        record_dispensings(line_id=ids[name], contents=contents, by=by)


def _others() -> Iterator[DemoPatient]:
    for place, (last_name, first_name, year, sex, treatment) in enumerate(people.OTHERS):
        lines = tuple((name, dose, "", 8 + place, "prescribed") for name, dose in people.TREATMENTS[treatment])
        creatinine = 70.0 + 6 * (place % 9)
        series = (("creatinine", "µmol/L", (creatinine - 4, creatinine)), ("weight", "kg", (58.0 + place,)))
        yield DemoPatient(
            first_name, last_name, (year, 1 + place % 12, 3 + place), sex, lines, series=series, allergies=None,
            physician="Dr Klaus Weber" if place % 2 else "Dr Youssef Sall",
        )  # fmt: skip


def fill() -> int:
    """Make the whole demo; returns the number of patients."""
    practice = open_practice()
    camille, paul = person(practice, "camille.rey"), person(practice, "paul.sorel")
    count = 0
    admitted: dict[str, PatientCard] = {}
    for patient in people.PATIENTS:
        card = admitted[patient.last_name] = admit(patient, camille)
        by = paul if patient.review == "interview" else camille
        advance(card.id, patient.review, by)
        count += 1
    for patient in _others():
        admit(patient, camille)
        count += 1
    from .imaging import fill_images  # noqa: PLC0415 -- heavy import

    fill_images(admitted, person(practice, "lea.chabot"))
    from epione.medication_reviews.services.screening import screen_practice  # noqa: PLC0415 -- heavy import

    screen_practice(practice_id=practice.id, step=lambda _done, _total: None)
    return count


def logins() -> list[tuple[str, str]]:
    """Identifier and roles of the demo's staff, for the terminal."""
    from epione.identity.models import Practice  # noqa: PLC0415 -- needs Django set up

    practice = Practice.objects.order_by("created_at").first()
    return [(one.username, ", ".join(sorted(one.roles))) for one in members_of(practice.id)] if practice else []
