"""Invented facts that fill the gallery: no person, no measure here is real."""

from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from epione.kernel.actor import Actor, ActorKind
from epione.kernel.kit import charts, formats, marks, parts
from epione.kernel.kit.banner import AllergyState, PatientBanner, Vital
from epione.kernel.kit.context import Shell
from epione.kernel.kit.navigation import NavLink
from epione.kernel.kit.shell import EmergencyLine, LedgerLine
from epione.kernel.kit.toasts import toast as raise_toast

DIGEST = sha256(b"48210").digest()
EVIDENCE = parts.Evidence(
    title="Preuve ouverte",
    source="Référentiel de démonstration, p. 12",
    passage="Association déconseillée dans ce référentiel inventé. Surveillance si elle ne peut être évitée.",
    url="#source",
    entry=48_213,
    hash=DIGEST,
    proof_url="#preuve",
)
_DRUGS = ("KARDEGIC 75 mg", "KARDEGIC 160 mg", "KARDEGIC 300 mg", "CORDARONE 200 mg")


class SampleForm(forms.Form):
    """A form with one of each shape of field."""

    name = forms.CharField(label="Nom de naissance")
    born = forms.CharField(label="Date de naissance", help_text="Comme sur la carte Vitale.", required=False)
    creatinine = forms.CharField(label="Créatinine (µmol/L)")
    form = forms.ChoiceField(label="Forme", choices=[("", "Choisir"), ("cp", "Comprimé"), ("sac", "Sachet")])
    sex = forms.ChoiceField(label="Sexe", choices=[("f", "Femme"), ("m", "Homme")], widget=forms.RadioSelect)
    told = forms.BooleanField(label="Patient informé", required=False)
    remark = forms.CharField(label="Remarque", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    drug = forms.CharField(label="Ajouter un médicament", required=False, help_text="Nom, dose ou code CIP.")

    def clean_creatinine(self) -> str:
        """Doubt a value that is written in another unit."""
        value: str = self.cleaned_data["creatinine"]
        if value == "1,2":
            narrow = "1,2\u00a0µmol/L est très bas. S’agit-il de 1,2\u00a0mg/dL (106\u00a0µmol/L)\u202f?"
            raise forms.ValidationError(narrow)
        return value


class SampleShell(Shell):
    """The frame of a page for a person who does not exist."""

    practice = "Maison de santé des Tilleuls"
    role = "Pharmacienne"
    unread = 2
    searched = "Patients, Médicaments, Documents"
    ledger = LedgerLine(48_213, datetime(2026, 11, 20, 10, 40, tzinfo=UTC), DIGEST, "#registre")

    @property
    def emergency(self) -> EmergencyLine | None:
        """An open emergency access, on demand."""
        until = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
        asked = "emergency" in self.request.GET
        return EmergencyLine("VASSEUR Jeanne", "chute au domicile", until, "#fermer") if asked else None

    @property
    def nav(self) -> list[NavLink]:
        """Sample entries, all leading here."""
        entries = (
            ("home", "Accueil", "", 0, True),
            ("people", "Patients", "", 0, True),
            ("pill", "Médication", "workspace", 7, True),
            ("doc", "Documents", "practice", 3, True),
            ("euro", "Facturation", "practice", 0, False),
            ("ledger", "Registre", "practice", 0, False),
        )
        here = self.request.path
        return [NavLink(i, label, here, i, part, i == "pill", n or None, tab) for i, label, part, n, tab in entries]


def context(request: HttpRequest) -> dict[str, Any]:
    """Everything that the gallery shows."""
    wrong = SampleForm({"name": "", "creatinine": "1,2", "form": "cp", "sex": "f"}, auto_id="wrong_%s")
    return _frame(request) | {
        "form": SampleForm(auto_id="new_%s"),
        "wrong": wrong,
        "digest": DIGEST,
        "banner": _banner(request.GET.get("patient", "")),
        "findings": _findings(),
        "next": {
            "title": "Mme\u00a0Vasseur prend deux médicaments contre-indiqués ensemble",
            "text": "L’analyse est prête, le Dr\u00a0Aubry vous appelle à 14:00.",
            "url": "#analyse",
            "label": "Ouvrir l’analyse",
        },
        "figures": (
            ("Revues en cours", "7", "2 en retard"),
            ("Éligibles", "41", ""),
            ("Acceptées", "74\u202f%", "59 sur 80"),
            ("Temps médian", "38\u00a0min", ""),
        ),
        "evidence": EVIDENCE if "evidence" in request.GET else None,
        "steps": _steps(),
        "tabs": _tabs(),
        "views": _tabs()[:3],
        "moments": _moments(),
        "changes": parts.changes_between("Eliquis 5 mg, matin et soir", "Eliquis 2,5 mg, matin et soir"),
        "proposals": _proposals(),
        "citations": _citations(),
        "icons": ICONS.split(),
        "charts": _charts(),
        "levels": list(marks.LEVEL_WORDS),
        "samples_at": date(2026, 11, 20),
    }


def _frame(request: HttpRequest) -> dict[str, Any]:
    """A stranger sees the gallery in a sample frame, a signed-in person in her own."""
    if getattr(request, "actor", None):
        return {}
    nobody = Actor(id=UUID(int=1), kind=ActorKind.PERSON, practice_id=UUID(int=2), name="Camille Rey")
    return {"actor": nobody, "shell": SampleShell(nobody, request)}


ICONS = (
    "home people pill scan theatre ear mic doc euro ledger search bell x plus minus check chev chevd chevl "
    "arrow play pause theme link ruler angle contrast zoom pan roi layers compare warn ask lock swap stop clock "
    "cal flag send eye cine invert more cam key vol user leave edit trash undo get put filter print heart "
    "settings "
)


def _banner(kind: str) -> PatientBanner | None:
    if not kind:
        return None
    banner = PatientBanner(
        name="VASSEUR Jeanne",
        sex="F",
        age="84 ans",
        born="née le 12/03/1942",
        allergy_state=AllergyState.KNOWN,
        allergies=(("Pénicilline", "urticaire, 2009"),),
        vitals=(
            Vital("DFG (CKD-EPI 2009)", "34\u00a0mL/min", trend=(56, 55, 57, 51, 47, 41, 36, 34)),
            Vital("Cockcroft", "26\u00a0mL/min"),
            Vital("Kaliémie", "5,1\u00a0mmol/L", extra=True),
            Vital("Poids", "58\u00a0kg", detail="IMC 22,9"),
        ),
        close_url="?",
    )
    if kind == "several":
        return replace(banner, allergies=(("Pénicilline", "urticaire, 2009"), ("Iode", "œdème"), ("Latex", "")))
    if kind == "unknown":
        vitals = (Vital("DFG (CKD-EPI 2009)"), Vital("Cockcroft"), Vital("Poids"))
        return replace(banner, allergies=(), allergy_state=AllergyState.NOT_RECORDED, vitals=vitals)
    if kind == "none":
        return replace(banner, allergies=(), allergy_state=AllergyState.NONE_KNOWN)
    return banner


def _citations() -> list[parts.Citation]:
    opens = str(reverse_lazy("kit:gallery-evidence"))
    return [
        parts.Citation("ANSM p.\u00a0230", opens),
        parts.Citation("ANSM p.\u00a0230", opens, open=True),
        parts.Citation("ANSM p.\u00a0231", failed="page introuvable"),
    ]


def _findings() -> list[parts.Finding]:
    cites = tuple(_citations()[:1])
    decisions = (
        parts.Decision("Retenir", "#", "r", "accept", primary=True),
        parts.Decision("Adapter", "#", "a", "adapt"),
        parts.Decision("Écarter…", "#", "e", "reject", dialog="reject"),
    )
    details = (
        parts.Detail("Pourquoi", "Risque majoré de torsades de pointes."),
        parts.Detail("Chez elle", "Dernier ECG\u00a0: QTc 478\u00a0ms le 02/09/2026."),
        parts.Detail("Que faire", "Remplacer l’escitalopram\u202f; ECG à 7\u00a0jours."),
    )
    first = parts.Finding(
        "1", "ci", "Cordarone + escitalopram", "Torsades de pointes", details, cites, decisions,
        confidence=0.98, confidence_why="règle exacte, ECG daté", url="#", open=True, lights=("a1",),
    )  # fmt: skip
    return [
        first,
        parts.Finding("2", "ad", "Eliquis + ibuprofène", "Saignement digestif", (), cites, url="#", lights=("a2",)),
        parts.Finding(
            "3", "ad", "Ramipril + spironolactone", "Hyperkaliémie", (), cites, url="#",
            question="Quelle est la dernière kaliémie\u202f?",
        ),
        parts.Finding(
            "4", "pe", "Metformine", "DFG 34", (), cites, url="#", undo_url="#",
            decided="Retenu par Camille Rey à 14:02",
        ),
    ]  # fmt: skip


def _steps() -> list[parts.Step]:
    return [
        parts.Step("Recueil", "done", "#recueil"),
        parts.Step("Analyse", "now"),
        parts.Step("Courrier"),
        parts.Step("Entretien"),
        parts.Step("Suivi à 6\u00a0mois"),
    ]


def _tabs() -> list[parts.Tab]:
    return [
        parts.Tab("Synthèse", "#synthese", current=True),
        parts.Tab("Traitements", "#traitements", count=12),
        parts.Tab("Résultats", "#resultats", count=214),
        parts.Tab("Documents", "#documents", count=31),
        parts.Tab("Accès au dossier", "#acces"),
    ]


def _moments() -> list[parts.Moment]:
    return [
        parts.Moment("09:30", "M.\u00a0LEROUX Bernard", "entretien patient", "#1", tag="Terminé", tag_level="ok"),
        parts.Moment("", "Maintenant, 11:42", now=True),
        parts.Moment(
            "12:00", "Mme\u00a0VASSEUR Jeanne", "analyse avant 14:00", "#2", level="ci", tag="1 contre-indication"
        ),
        parts.Moment("14:30", "M.\u00a0NGUYEN Van Tai", "entretien patient", tag="Salle\u00a02"),
    ]


def _proposals() -> list[parts.Proposal]:
    changes = parts.changes_between("Eliquis 5 mg, matin et soir", "Eliquis 2,5 mg, matin et soir")
    live = parts.Proposal("1", "Modifier la posologie", "note de 14:02", changes, "Expire à 15:02", "#", "#", "#")
    return [live, replace(live, key="2", settled="remplacée à 14:20 par Camille Rey")]


def _kidney() -> charts.Timeline:
    points = [
        charts.Point(date(2024 + i // 6, 1 + 2 * (i % 6), 12), value)
        for i, value in enumerate((56, 55, 57, 53, None, 50, 51, 47, 46, 41, 38, 36, 34))
    ]
    return charts.Timeline(
        points=points,
        unit="mL/min",
        label="DFG de 56 à 34 mL/min en 24 mois, avec les traitements",
        low=20,
        high=70,
        zones=[
            charts.Zone(60, 70, "G2", "ok"),
            charts.Zone(45, 60, "G3a"),
            charts.Zone(30, 45, "G3b", "pe"),
            charts.Zone(20, 30, "G4", "ad"),
        ],
        lanes=[
            charts.Lane("Ramipril", date(2020, 1, 1), text="5\u00a0mg"),
            charts.Lane("Spironolactone", date(2025, 6, 3), text="25\u00a0mg", series="s2"),
            charts.Lane("Ibuprofène", date(2025, 9, 1), date(2025, 12, 1), "400\u00a0mg", "ad"),
        ],
        events=[(date(2025, 6, 3), "Spironolactone"), (date(2025, 9, 14), "Chute")],
        ticks=[30, 45, 60],
    )


def _charts() -> dict[str, Any]:
    kidney = _kidney()
    rows = tuple(
        (formats.day(p.on), "non mesuré" if p.value is None else formats.measure(p.value, "mL/min"))
        for p in kidney.points
    )
    pairs = [
        charts.Pair(0, 1, "ci", "a1"),
        charts.Pair(1, 3, "ad", "a2"),
        charts.Pair(2, 4, "pe", ask=True),
        charts.Pair(4, 4, "ad"),
    ]
    counts = {"ci": 1, "ad": 4, "pe": 5, "apc": 2}
    squares = [
        charts.Squares("ci", "Contre-indication", 1, 0),
        charts.Squares("ad", "Déconseillées", 4, 1),
        charts.Squares("pe", "Précautions", 5, 5),
        charts.Squares("apc", "À prendre en compte", 2, 3),
    ]
    accepted = [
        charts.Bar("AINS + anticoagulant", 14, 15, "14", "15"),
        charts.Bar("Hypnotique Z au long cours", 11, 19, "11", "19"),
        charts.Bar("IPP sans indication", 17, 21, "17", "21"),
    ]
    announced = [charts.Bin(0.1 + 0.2 * i, 0.12 + 0.18 * i, 0.02 + 0.18 * i, 0.24 + 0.18 * i) for i in range(5)]
    return {
        "line": charts.line(kidney),
        "narrow": charts.line(kidney, width=350),
        "values": parts.Series(("Date", "DFG"), rows, "DFG, CKD-EPI 2009"),
        "arcs": charts.arcs(5, pairs, "Quatre liens entre cinq médicaments", row_height=28),
        "findings": charts.findings_bar(
            counts, "1 contre-indication, 4 déconseillées, 5 précautions, 2 à prendre en compte"
        ),
        "squares": charts.squares(squares, "Avec ces changements\u00a0: de 12 constats à 9"),
        "bars": charts.bars(accepted, "Recommandations acceptées par règle"),
        "interval": charts.interval(5.1, 3.5, 5.0, "pe", "5,1 mmol/L, au-dessus de 3,5 à 5,0"),
        "spark": charts.sparkline([4.4, 4.5, 4.4, 4.6, 4.8, 5.0, 5.1], level="pe"),
        "calibration": charts.calibration(announced, "Les certitudes annoncées sont tenues"),
        "merkle": charts.merkle_path(
            48_210, "Chemin de l’entrée 48 210 à la racine", "racine signée à 11:45", "48\u202f210"
        ),
    }


def choices(typed: str) -> dict[str, Any]:
    """Sample drugs that contain what was typed."""
    found = [drug for drug in _DRUGS if typed.lower() in drug.lower()]
    return {
        "choices": [parts.Choice(drug, parts.highlighted(drug, typed), "aspirine, sachet") for drug in found],
        "list_id": "new_drug-list",
        "typed": typed,
        "advice": "Vérifiez l’orthographe, ou cherchez par la substance.",
    }


def toast() -> HttpResponse:
    """The toast of the gallery."""
    return raise_toast(
        HttpResponse(status=204), _("Finding set aside."), undo_url=str(reverse_lazy("kit:gallery-toast"))
    )
