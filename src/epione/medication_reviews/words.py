"""Words that agree with a number of findings."""

from django.utils.translation import ngettext

from epione.kernel.kit.marks import LEVEL_WORDS


def level_heading(level: str, count: int) -> str:
    """The name of a level for so many findings."""
    words = {
        "ci": ngettext("Contraindication", "Contraindications", count),
        "ad": ngettext("Advised against", "Advised against", count),
        "pe": ngettext("Caution", "Cautions", count),
        "apc": str(LEVEL_WORDS["apc"]),
    }
    return words[level]
