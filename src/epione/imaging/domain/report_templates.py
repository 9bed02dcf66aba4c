"""Structures of a report by examination: its title, its coded fields, sentences that a person may insert.

Nothing is filled in by itself: a sentence enters a report when somebody clicks on it.
"""

from collections.abc import Collection
from dataclasses import dataclass

Words = dict[str, str]
SECTIONS = ("indication", "technique", "comparison", "findings", "conclusion")


@dataclass(frozen=True, slots=True)
class Field:
    """A value chosen from a closed list; `choices` are codes, shown as they are."""

    key: str
    label: Words
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """One structure; `modalities` and `parts` (words of BodyPartExamined) say which examinations it is proposed for."""

    key: str
    title: Words
    modalities: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    findings: tuple[Words, ...] = ()
    conclusion: tuple[Words, ...] = ()


_BIRADS = tuple(str(number) for number in range(7))
_NOTHING: tuple[Words, ...] = (
    {"fr": "Pas d’anomalie visible sur cet examen.", "en": "No abnormality visible on this examination."},
)

GENERIC = Template("generic", {"fr": "Examen d’imagerie", "en": "Imaging examination"}, conclusion=_NOTHING)

TEMPLATES: tuple[Template, ...] = (
    Template(
        "chest_xray",
        {"fr": "Radiographie du thorax", "en": "Chest radiograph"},
        ("CR", "DX", "DR", "RG"),
        ("CHEST", "THORAX", "LUNG", "POUMON"),
        findings=(
            {"fr": "Pas d’opacité du parenchyme pulmonaire.", "en": "No opacity of the lungs."},
            {"fr": "Culs-de-sac pleuraux libres.", "en": "Clear costophrenic angles."},
            {"fr": "Pas de pneumothorax visible.", "en": "No visible pneumothorax."},
            {"fr": "Silhouette cardiaque de taille normale.", "en": "Heart of normal size."},
            {"fr": "Pas de fracture visible.", "en": "No visible fracture."},
        ),
        conclusion=_NOTHING,
    ),
    Template(
        "chest_ct",
        {"fr": "Scanner thoracique", "en": "Chest CT"},
        ("CT",),
        ("CHEST", "THORAX", "LUNG", "POUMON"),
        findings=(
            {"fr": "Pas de nodule pulmonaire suspect.", "en": "No suspicious lung nodule."},
            {"fr": "Pas d’épanchement pleural.", "en": "No pleural effusion."},
            {"fr": "Pas d’adénopathie médiastinale.", "en": "No mediastinal lymph node enlargement."},
            {"fr": "Pas de lésion osseuse suspecte.", "en": "No suspicious bone lesion."},
        ),
        conclusion=_NOTHING,
    ),
    Template(
        "brain_ct",
        {"fr": "Scanner cérébral", "en": "Brain CT"},
        ("CT",),
        ("HEAD", "BRAIN", "SKULL", "CERVEAU", "CRANE"),
        findings=(
            {"fr": "Pas de saignement intracrânien.", "en": "No intracranial bleeding."},
            {"fr": "Pas d’effet de masse, ligne médiane en place.", "en": "No mass effect, midline in place."},
            {"fr": "Système ventriculaire de taille normale.", "en": "Ventricles of normal size."},
            {"fr": "Pas de lésion osseuse de la voûte.", "en": "No lesion of the vault."},
        ),
        conclusion=_NOTHING,
    ),
    Template(
        "brain_mr",
        {"fr": "IRM cérébrale", "en": "Brain MR"},
        ("MR",),
        ("HEAD", "BRAIN", "SKULL", "CERVEAU", "CRANE"),
        findings=(
            {"fr": "Pas d’anomalie de signal en diffusion.", "en": "No abnormal signal on diffusion."},
            {"fr": "Pas de lésion expansive.", "en": "No space-occupying lesion."},
            {"fr": "Système ventriculaire de taille normale.", "en": "Ventricles of normal size."},
            {"fr": "Pas de stigmate de saignement.", "en": "No trace of bleeding."},
        ),
        conclusion=_NOTHING,
    ),
    Template(
        "abdomen_us",
        {"fr": "Échographie abdominale", "en": "Abdominal ultrasound"},
        ("US",),
        ("ABDOMEN", "LIVER", "KIDNEY", "FOIE", "REIN"),
        findings=(
            {"fr": "Foie de taille et d’échostructure normales.", "en": "Liver of normal size and structure."},
            {"fr": "Vésicule biliaire sans calcul visible.", "en": "Gallbladder without visible stone."},
            {"fr": "Pas de dilatation des voies biliaires.", "en": "No dilated bile duct."},
            {"fr": "Reins sans dilatation des cavités.", "en": "Kidneys without dilated cavities."},
            {"fr": "Pas d’épanchement intrapéritonéal.", "en": "No free fluid in the abdomen."},
        ),
        conclusion=_NOTHING,
    ),
    Template(
        "mammography",
        {"fr": "Mammographie", "en": "Mammography"},
        ("MG",),
        ("BREAST", "SEIN"),
        fields=(
            Field("density", {"fr": "Densité (a à d)", "en": "Density (a to d)"}, ("a", "b", "c", "d")),
            Field("birads_right", {"fr": "BI-RADS, sein droit", "en": "BI-RADS, right breast"}, _BIRADS),
            Field("birads_left", {"fr": "BI-RADS, sein gauche", "en": "BI-RADS, left breast"}, _BIRADS),
        ),
        findings=(
            {"fr": "Pas de masse suspecte.", "en": "No suspicious mass."},
            {"fr": "Pas de foyer de microcalcifications suspect.", "en": "No suspicious group of calcifications."},
            {"fr": "Pas de distorsion architecturale.", "en": "No architectural distortion."},
        ),
    ),
    Template(
        "musculoskeletal",
        {"fr": "Imagerie ostéo-articulaire", "en": "Musculoskeletal imaging"},
        ("CR", "DX", "DR", "RG", "CT", "MR", "US"),
        (
            "KNEE", "HIP", "SHOULDER", "ELBOW", "WRIST", "HAND", "ANKLE", "FOOT", "SPINE", "PELVIS", "LEG", "ARM",
            "EXTREMITY", "FEMUR", "TIBIA", "HUMERUS", "GENOU", "HANCHE", "EPAULE", "COUDE", "POIGNET", "MAIN",
            "CHEVILLE", "PIED", "RACHIS", "BASSIN",
        ),
        findings=(
            {"fr": "Pas de fracture visible.", "en": "No visible fracture."},
            {"fr": "Rapports articulaires conservés.", "en": "Joints in place."},
            {"fr": "Interlignes articulaires conservés.", "en": "Joint spaces preserved."},
            {"fr": "Pas d’épanchement visible.", "en": "No visible effusion."},
        ),
        conclusion=_NOTHING,
    ),
    GENERIC,
)  # fmt: skip
_BY_KEY = {template.key: template for template in TEMPLATES}
_ALONE = {"MG": "mammography"}
"""Modalities that say the examination by themselves."""


def template_of(key: str) -> Template:
    """The structure of this key; the general one for a key that is not known."""
    return _BY_KEY.get(key, GENERIC)


def proposed(modalities: Collection[str], said: str) -> Template:
    """The structure that fits the modality and the words of the body part or description; else the general one."""
    for modality in modalities:
        if modality in _ALONE:
            return _BY_KEY[_ALONE[modality]]
    words = said.upper()
    for template in TEMPLATES:
        if set(template.modalities) & set(modalities) and any(part in words for part in template.parts):
            return template
    return GENERIC
