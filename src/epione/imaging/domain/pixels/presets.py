"""Usual windows of CT, in HU."""

from .grey import Window

# Centre and width as textbooks of CT give them; practices differ by tens of units.
PRESETS: dict[str, Window] = {
    "os": Window(400, 1800, name="os"),
    "poumon": Window(-600, 1500, name="poumon"),
    "mediastin": Window(40, 400, name="mediastin"),
    "abdomen": Window(50, 350, name="abdomen"),
    "foie": Window(80, 150, name="foie"),
    "cerveau": Window(40, 80, name="cerveau"),
    "cerveau_avc": Window(40, 40, name="cerveau_avc"),
    "sous_dural": Window(75, 215, name="sous_dural"),
    "rocher": Window(600, 2800, name="rocher"),
    "angio": Window(300, 600, name="angio"),
    "tissus_mous": Window(50, 400, name="tissus_mous"),
}


def presets_of(modality: str) -> tuple[str, ...]:
    """Those that mean something for a modality: only CT measures in units that all machines share."""
    return tuple(PRESETS) if modality == "CT" else ()
