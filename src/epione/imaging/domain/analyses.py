"""The analyses that ship, with their cards: what each runs on the frames of an image or a series, and its limits."""

from collections.abc import Callable
from typing import Final

import numpy as np

from epione.imaging.domain import measures, quality
from epione.inference.domain.contract import Frame, Request, Result, Status, Takes
from epione.inference.domain.manifest import Both, Card, Engine, Manifest

Run = Callable[[Request], Result]
PICTURES: Final = (
    *("CR", "CT", "DX", "ES", "GM", "IO", "MG", "MR", "NM"),
    *("OP", "OT", "PT", "PX", "RF", "RG", "US", "XA", "XC"),
)
VERSION: Final = "1.0.0"
RADIOGRAPHS: Final = frozenset({"CR", "DX", "MG", "IO", "PX", "RG"})


def _grey(request: Request) -> list[Frame]:
    """The frames that have one value for each pixel."""
    return [one for one in request.frames() if np.asarray(one.pixels).ndim == 2 and np.asarray(one.pixels).size]


def image_quality(request: Request) -> Result:
    """Marks about the stack and the pictures themselves."""
    frames = _grey(request)
    if not frames:
        return Result(Status.REJECTED, reason="no_grey_frame")
    found, evidence = quality.blur_marks(frames)
    if len(frames) > 1:
        marks, facts = quality.stack_marks(quality.stacked(frames))
        found, evidence = (*marks, *found), (*facts, *evidence)
    for one in frames[:200]:
        found += quality.clipping_marks(one, is_ct=request.modality == "CT")
    if request.modality == "MR":
        found += quality.ghost_marks(frames)
    if request.modality in RADIOGRAPHS:
        found += quality.range_measures(frames)
    return Result(Status.OK, found[:500], evidence, ("heuristics-stated-by-their-method",))


def value_statistics(request: Request) -> Result:
    """Mean, spread, extremes and histogram of the values."""
    frames = _grey(request)
    found, evidence = measures.value_measures(frames, is_ct=request.modality == "CT") if frames else ((), ())
    if not found:
        return Result(Status.REJECTED, reason="no_value")
    return Result(Status.OK, found, evidence)


def ct_tissues(request: Request) -> Result:
    """Volumes of ranges of Hounsfield units, when the stack allows to know them."""
    frames = _grey(request)
    volumes = measures.tissue_volumes(frames, quality.stacked(frames))
    if volumes is None:
        return Result(Status.ABSTAIN, reason="stack_not_regular")
    return Result(Status.OK, measures.tissue_measures(volumes), limitations=("thresholds-not-segmentation",))


def chest_symmetry(request: Request) -> Result:
    """Symmetry of the two dark fields of a chest radiograph."""
    frames = _grey(request)
    found = measures.lung_symmetry(frames[0]) if frames else ()
    if not found:
        return Result(Status.ABSTAIN, reason="no_two_fields")
    return Result(Status.OK, found, limitations=("measurement-not-diagnosis", "sides-of-the-picture"))


def _card(title: Both, summary: Both, not_for: Both, *limits: Both) -> Card:
    use = Both(
        fr="Mesures et contrôles reproductibles, à lire par un médecin avec leur méthode.",
        en="Reproducible measures and checks, for a physician to read with their method.",
    )
    return Card(
        title=title, summary=summary, intended_use=use, not_for=not_for, limits=limits,
        licence="Apache-2.0", source="Epione, docs/models.md",
    )  # fmt: skip


def _manifest(
    name: str,
    modalities: tuple[str, ...],
    card: Card,
    body_parts: tuple[str, ...] = (),
    takes: Takes = Takes.FRAME,
) -> Manifest:
    return Manifest(
        takes=takes,
        id=name, version=VERSION, engine=Engine.BUILTIN, modalities=modalities, body_parts=body_parts, card=card,
        seconds=120,
    )  # fmt: skip


NO_DIAGNOSIS: Final = Both(
    fr="Poser un diagnostic, ou conclure que l’image est normale.",
    en="Making a diagnosis, or concluding that the image is normal.",
)

QUALITY: Final = _manifest(
    "image-quality",
    PICTURES,
    _card(
        Both(fr="Qualité de l’image", en="Image quality"),
        Both(
            fr="Coupes manquantes, en double ou inégales, orientations mêlées, valeurs écrêtées, netteté, fantômes.",
            en="Missing, duplicate or uneven slices, mixed orientations, clipped values, sharpness, ghosts.",
        ),
        Both(
            fr="Dire qu’un examen est interprétable : l’absence de remarque n’est pas une preuve de qualité.",
            en="Saying that an examination can be read: the absence of a mark proves no quality.",
        ),
        Both(
            fr="Netteté et fantômes sont des heuristiques : ils comparent des coupes d’une même série.",
            en="Sharpness and ghosts are heuristics: they compare slices of one series.",
        ),
        Both(
            fr="Une série à plusieurs passages (phases, échos) n’est pas signalée comme doublée.",
            en="A series with several passes (phases, echoes) is not marked as duplicated.",
        ),
    ),
)
STATISTICS: Final = _manifest(
    "value-statistics",
    PICTURES,
    _card(
        Both(fr="Statistiques des valeurs", en="Statistics of the values"),
        Both(
            fr="Moyenne, écart-type, extrêmes, médiane et histogramme, en unités Hounsfield au scanner.",
            en="Mean, deviation, extremes, median and histogram, in Hounsfield units on CT.",
        ),
        NO_DIAGNOSIS,
        Both(
            fr="Hors scanner, les valeurs n’ont pas d’unité commune entre appareils.",
            en="Other than on CT, values have no unit that devices share.",
        ),
    ),
)
TISSUES: Final = _manifest(
    "ct-tissue-volumes",
    ("CT",),
    _card(
        Both(fr="Volumes par atténuation (scanner)", en="Volumes by attenuation (CT)"),
        Both(
            fr="Volume d’air dans le corps, et volumes d’atténuation graisseuse, tissulaire et osseuse, en mL.",
            en="Volume of air inside the body, and volumes that attenuate as fat, soft tissue and bone, in mL.",
        ),
        NO_DIAGNOSIS,
        Both(
            fr="Des seuils, pas une segmentation : produit de contraste, métal et volume partiel changent le résultat.",
            en="Thresholds, not a segmentation: contrast, metal and partial volume change the result.",
        ),
        Both(
            fr="Calculé seulement pour une série régulière et entière ; ne couvre que ce qui a été exploré.",
            en="Only computed for a regular, whole series; covers only what was scanned.",
        ),
    ),
    takes=Takes.SERIES,
)
CHEST: Final = _manifest(
    "chest-symmetry",
    ("CR", "DX"),
    _card(
        Both(fr="Symétrie des champs pulmonaires", en="Symmetry of the lung fields"),
        Both(
            fr="Aires et clarté des deux champs sombres d’une radiographie du thorax, par côté de l’image.",
            en="Areas and brightness of the two dark fields of a chest radiograph, by side of the picture.",
        ),
        NO_DIAGNOSIS,
        Both(
            fr="Une mesure, pas un diagnostic : rotation, cadrage et matériel la changent.",
            en="A measurement, not a diagnosis: rotation, collimation and devices change it.",
        ),
    ),
    ("CHEST",),
)

SHIPPED: Final[tuple[tuple[Manifest, Run], ...]] = (
    (QUALITY, image_quality),
    (STATISTICS, value_statistics),
    (TISSUES, ct_tissues),
    (CHEST, chest_symmetry),
)
"""Each analysis with its manifest; the version changes with any change of what it answers."""

BOTH: Final = frozenset({QUALITY.id, STATISTICS.id})
"""Analyses that are asked of an image and of a series alike."""


def concerns(manifest: Manifest, takes: Takes, modality: str, body_part: str) -> bool:
    """Whether an analysis or model is asked at all: what it is plainly not made for is left out in silence."""
    fits = manifest.takes is takes or manifest.id in BOTH
    part = not manifest.body_parts or body_part in manifest.body_parts
    return fits and (not manifest.modalities or modality in manifest.modalities) and part
