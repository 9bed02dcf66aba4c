"""A report of an examination: what the radiologist wrote, and the document that it becomes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from epione.documents.domain.content import Block, Content, Facts, Heading, Image, Notice, Paragraph, Sender
from epione.documents.domain.signing import title_of as title_of

from .report_templates import SECTIONS, template_of

LONGEST = 20_000
"""Characters of a section."""
MOST_IMAGES = 12
NBSP = "\u00a0"

WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "indication": "Indication", "technique": "Technique", "comparison": "Comparaison", "findings": "Résultats",
        "conclusion": "Conclusion", "images": "Images clés", "patient": "Patient", "born": "Naissance",
        "pseudonym": "Pseudonyme", "examined": "Examen du",
        "dated": "Date dans les images désidentifiées", "report": "Compte rendu", "addendum": "Addendum",
        "addendum_to": "Addendum au compte rendu signé le {date}. Le compte rendu d’origine reste inchangé.",
        "unlinked": "Ces images ne sont pas rattachées à un dossier : ce compte rendu porte un pseudonyme, "
        "pas une identité.",
        "date_unknown": "date non précisée", "alt": "Image clé {number} : {caption}",
        "deidentified": "Les images de ce compte rendu sont désidentifiées.",
    },
    "en": {
        "indication": "Indication", "technique": "Technique", "comparison": "Comparison", "findings": "Findings",
        "conclusion": "Conclusion", "images": "Key images", "patient": "Patient", "born": "Birth",
        "pseudonym": "Pseudonym", "examined": "Examination of",
        "dated": "Date in the de-identified images", "report": "Report", "addendum": "Addendum",
        "addendum_to": "Addendum to the report signed on {date}. The original report is unchanged.",
        "unlinked": "These images are not linked to a record: this report bears a pseudonym, not an identity.",
        "date_unknown": "date not stated", "alt": "Key image {number}: {caption}",
        "deidentified": "The images of this report are de-identified.",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeyImage:
    """A frame chosen for the report and how it is drawn: a window (centre, width), else a preset, else the file's."""

    instance: str
    frame: int
    caption: str = ""
    center: float | None = None
    width: float | None = None
    preset: str = ""
    invert: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person wrote so far: text by section, coded fields, key images."""

    template: str
    lang: str
    sections: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    images: tuple[KeyImage, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to sign: neither findings nor conclusion nor a coded field."""
        return not (self.sections.get("findings") or self.sections.get("conclusion") or any(self.fields.values()))


@dataclass(frozen=True, slots=True)
class Person:
    """Whose examination it is: a name and a birth date when linked to a record, else a pseudonym."""

    pseudonym: str
    name: str = ""
    birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class Exam:
    """The facts around a report: `studied_on` is None when no date is stated, `addendum_to` the date of the first."""

    person: Person
    sender: Sender
    on: date
    studied_on: date | None
    reference: str
    addendum_to: date | None = None


def to_dict(draft: Draft) -> dict[str, Any]:
    """As JSON values."""
    return asdict(draft) | {"sections": dict(draft.sections), "fields": dict(draft.fields)}


def from_dict(values: Mapping[str, Any]) -> Draft:
    """From JSON values."""
    images = tuple(KeyImage(**one) for one in values["images"])
    return Draft(values["template"], values["lang"], values["sections"], values["fields"], images)


def written(draft: Draft, sections: Mapping[str, str], fields: Mapping[str, str]) -> Draft:
    """The draft with what a form says; unknown sections and codes outside their list are dropped, texts are cut."""
    template = template_of(draft.template)
    text = {name: _clean(sections.get(name, draft.sections.get(name, ""))) for name in SECTIONS}
    allowed = {one.key: one.choices for one in template.fields}
    codes = {key: fields[key] for key, choices in allowed.items() if fields.get(key) in choices}
    return Draft(draft.template, draft.lang, text, codes, draft.images)


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()[:LONGEST]


def content_of(draft: Draft, exam: Exam, pictures: Sequence[tuple[str, str]]) -> Content:
    """The document; `pictures` are the SHA-256 and the file of each key image, in their order."""
    words = WORDS[draft.lang]
    title = template_of(draft.template).title[draft.lang]
    kind = words["addendum" if exam.addendum_to else "report"]
    return Content(
        title=f"{kind}{NBSP + ':' if draft.lang == 'fr' else ':'} {title}",
        lang=draft.lang,
        on=exam.on,
        sender=exam.sender,
        patient=_patient(exam, words),
        blocks=(*_notices(exam, words), *_fields(draft), *_sections(draft, words), *_images(draft, words, pictures)),
        notes=(words["deidentified"],) if draft.images else (),
        reference=exam.reference,
    )


def _date(day: date | None, words: Mapping[str, str]) -> str:
    return day.strftime("%d/%m/%Y") if day else words["date_unknown"]


def _patient(exam: Exam, words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Who and when; before a link to a record the date is the one that de-identification left, and is called so."""
    when = _date(exam.studied_on, words)
    if not exam.person.name:
        return ((words["pseudonym"], exam.person.pseudonym), (words["dated"], when))
    born = _date(exam.person.birth_date, words)
    return ((words["patient"], exam.person.name), (words["born"], born), (words["examined"], when))


def _notices(exam: Exam, words: Mapping[str, str]) -> list[Block]:
    said = [] if exam.person.name else [words["unlinked"]]
    if exam.addendum_to:
        said.append(words["addendum_to"].format(date=_date(exam.addendum_to, words)))
    return [Notice(one) for one in said]


def _fields(draft: Draft) -> list[Block]:
    known = template_of(draft.template).fields
    pairs = tuple((one.label[draft.lang], draft.fields[one.key]) for one in known if draft.fields.get(one.key))
    return [Facts(pairs)] if pairs else []


def _sections(draft: Draft, words: Mapping[str, str]) -> list[Block]:
    blocks: list[Block] = []
    for name in SECTIONS:
        paragraphs = [one for one in draft.sections.get(name, "").split("\n") if one.strip()]
        if paragraphs:
            blocks += [Heading(words[name]), *(Paragraph(one) for one in paragraphs)]
    return blocks


def _images(draft: Draft, words: Mapping[str, str], pictures: Sequence[tuple[str, str]]) -> list[Block]:
    blocks: list[Block] = [Heading(words["images"])] if pictures else []
    for number, (image, (digest, file)) in enumerate(zip(draft.images, pictures, strict=True), start=1):
        alt = words["alt"].format(number=number, caption=image.caption or "–")
        blocks.append(Image(digest, file, f"{number}. {image.caption}".strip(), alt, width=0.6))
    return blocks
