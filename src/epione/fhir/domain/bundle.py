"""A FHIR R4 Bundle as a file brings it: its resources, what they name, and why a file is refused."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Text = Mapping[str, str]
Resource = Mapping[str, Any]

MOST_BYTES = 32 * 1024 * 1024
MOST_ENTRIES = 20_000
MOST_DIGITS = 300
TYPES = frozenset({"collection", "transaction", "batch", "document", "searchset"})
_OTHER_VERSION = re.compile(r"hl7\.org/fhir/(?:4\.3|5\.0|6\.0|R4B|R5|R6)\b|\|(?:4\.3|5|6)\.\d", re.IGNORECASE)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_WRONG_STATUS = frozenset({"entered-in-error", "refuted", "not-taken", "cancelled"})


class BadBundle(ValueError):
    """A file that cannot be imported; `faults` says everything that is wrong, in both languages."""

    def __init__(self, faults: list[Text]) -> None:
        super().__init__("; ".join(fault["en"] for fault in faults))
        self.faults = tuple(faults)


def refuse(french: str, english: str) -> BadBundle:
    """One reason to refuse a file."""
    return BadBundle([{"fr": french, "en": english}])


def items(value: Any) -> list[Any]:
    """The elements of a list, none when it is no list."""
    return value if isinstance(value, list) else []


def mappings(value: Any) -> list[Resource]:
    """The objects of a list."""
    return [one for one in items(value) if isinstance(one, Mapping)]


def mapping(value: Any) -> Resource:
    """The object itself, an empty one when it is none."""
    return value if isinstance(value, Mapping) else {}


def words(value: Any) -> str:
    """A text on one line, "" when it is none."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def codings(concept: Any) -> Iterator[tuple[str, str, str]]:
    """(system, code, display) of a CodeableConcept."""
    for coding in mappings(mapping(concept).get("coding")):
        yield words(coding.get("system")), words(coding.get("code")), words(coding.get("display"))


def label(concept: Any) -> str:
    """What a CodeableConcept is called."""
    text = words(mapping(concept).get("text"))
    return text or next((display for _system, _code, display in codings(concept) if display), "")


def holds(resource: Resource) -> bool:
    """Whether a resource is neither refuted, cancelled nor entered in error."""
    stated = {code for _system, code, _display in codings(resource.get("verificationStatus"))}
    return not ({words(resource.get("status")), *stated} & _WRONG_STATUS)


@dataclass(slots=True)
class Bundle:
    """The resources of a Bundle, found by type and by every way of naming them."""

    resources: list[Resource]
    names: dict[str, Resource] = field(default_factory=dict)
    dangling: set[str] = field(default_factory=set)

    def of(self, *kinds: str) -> list[Resource]:
        """The resources of these types."""
        return [one for one in self.resources if one.get("resourceType") in kinds]

    def others(self, *kinds: str) -> dict[str, int]:
        """How many resources of each other type the file has."""
        counted = Counter(words(one.get("resourceType")) or "?" for one in self.resources)
        return {kind: n for kind, n in sorted(counted.items()) if kind not in kinds}

    def find(self, reference: Any, inside: Resource) -> Resource | None:
        """The resource that a reference names; what the file lacks is noted in `dangling`."""
        written = words(mapping(reference).get("reference"))
        if not written:
            return None
        if written.startswith("#"):
            found = next((one for one in mappings(inside.get("contained")) if f"#{one.get('id')}" == written), None)
        else:
            found = self.names.get(written) or self.names.get("/".join(written.split("/")[-2:]))
        if found is None:
            self.dangling.add(written)
        return found


def parse(content: bytes) -> Bundle:
    """The Bundle of a file; one resource alone is read as a Bundle of one. Raises BadBundle."""
    if len(content) > MOST_BYTES:
        size = MOST_BYTES // 1024 // 1024
        raise refuse(f"Ce fichier dépasse {size}\u00a0Mo.", f"This file is larger than {size} MB.")
    if not content.strip():
        raise refuse("Ce fichier est vide.", "This file is empty.")
    try:
        text = content.decode("utf-8-sig")
        value = json.loads(text, parse_int=_whole, parse_float=_finite, parse_constant=_finite)
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeError:
        raise refuse("Ce fichier n’est pas en UTF-8.", "This file is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise refuse(
            f"Ce fichier n’est pas du JSON\u00a0: ligne {error.lineno}, colonne {error.colno}.",
            f"This file is not JSON: line {error.lineno}, column {error.colno}.",
        ) from None
    except RecursionError:
        raise refuse("Ce JSON est trop imbriqué.", "This JSON is nested too deep.") from None
    return _bundle(value)


def _whole(written: str) -> int:
    """Whole numbers that a machine can hold: Python's own have no end."""
    return int(written) if len(written) <= MOST_DIGITS else int(_finite(written))


def _finite(written: str) -> float:
    """A number; NaN and the infinities are no JSON, whatever Python's reader says."""
    number = float(written)
    if not math.isfinite(number):
        raise refuse("Un nombre de ce fichier est impossible.", "A number of this file is impossible.")
    return number


def _bundle(value: Any) -> Bundle:
    if not isinstance(value, Mapping) or not isinstance(value.get("resourceType"), str):
        raise refuse(
            "Un Bundle FHIR R4 est attendu\u00a0: ce JSON n’a pas de «\u202fresourceType\u202f».",
            "A FHIR R4 Bundle is expected: this JSON has no resourceType.",
        )
    if value["resourceType"] != "Bundle":
        value = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": value}]}
    if value.get("type") not in TYPES:
        kind = words(value.get("type")) or "?"
        raise refuse(
            f"Un Bundle de type «\u202f{kind}\u202f» ne s’importe pas.", f"A Bundle of type “{kind}” is not imported."
        )
    entries = mappings(value.get("entry"))
    if len(entries) > MOST_ENTRIES:
        raise refuse(f"Plus de {MOST_ENTRIES} ressources.", f"More than {MOST_ENTRIES} resources.")
    found = Bundle([entry["resource"] for entry in entries if isinstance(entry.get("resource"), Mapping)])
    for entry in entries:
        resource = entry.get("resource")
        if isinstance(resource, Mapping):
            own = (words(entry.get("fullUrl")), f"{resource.get('resourceType')}/{resource.get('id')}")
            found.names.update(dict.fromkeys(filter(None, own), resource))
    _check_version(value, found)
    return found


def _check_version(bundle: Resource, found: Bundle) -> None:
    """R4B and R5 share names with R4 but not meanings: they are refused, by what they state or by their shape."""
    profiles = [words(p) for one in (bundle, *found.resources) for p in items(_meta(one).get("profile"))]
    stated = next((profile for profile in profiles if _OTHER_VERSION.search(profile)), "")
    shaped = any(_r5_shape(one) for one in found.resources)
    if stated or shaped:
        why = stated or "medication.concept"
        raise refuse(
            f"Ce fichier n’est pas en FHIR R4 (4.0.1) mais dans une autre version ({why}).",
            f"This file is not FHIR R4 (4.0.1) but another version ({why}).",
        )


def _meta(one: Resource) -> Resource:
    return mapping(one.get("meta"))


def _r5_shape(one: Resource) -> bool:
    if words(one.get("resourceType")) in {"MedicationStatement", "MedicationRequest", "MedicationDispense"}:
        return isinstance(one.get("medication"), Mapping)
    return one.get("resourceType") == "AllergyIntolerance" and isinstance(one.get("type"), Mapping)


def only_patient(bundle: Bundle) -> Resource:
    """The one patient of the file, after its references are checked. Raises BadBundle."""
    patients = bundle.of("Patient")
    for one in bundle.of("AllergyIntolerance", "Condition", "Observation", "MedicationStatement", "MedicationRequest",
                         "MedicationDispense"):  # fmt: skip
        for name in ("subject", "patient", "medicationReference"):
            bundle.find(one.get(name), one)
    if bundle.dangling:
        names = ", ".join(sorted(bundle.dangling)[:20])
        raise refuse(
            f"Ce fichier cite des ressources qu’il ne contient pas\u00a0: {names}.",
            f"This file names resources that it does not contain: {names}.",
        )
    if len(patients) != 1:
        raise refuse(
            f"Ce fichier décrit {len(patients)} patients\u00a0: un seul est attendu.",
            f"This file describes {len(patients)} patients: one is expected.",
        )
    return patients[0]
