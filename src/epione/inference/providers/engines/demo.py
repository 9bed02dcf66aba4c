"""The demonstration: a made-up answer that says so on every line, in the demo practice only."""

from django.conf import settings

from epione.inference.domain.contract import Code, Description, Finding, Provider, Request, Result, Status
from epione.inference.domain.manifest import Manifest
from epione.inference.errors import DemonstrationRefused

WORD = "DEMONSTRATION"


class Demonstration:
    """Answers the same invented thing whatever the image shows."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest

    def describe(self) -> Description:
        """From its manifest."""
        return self.manifest.describe()

    def analyse(self, request: Request) -> Result:
        """An invented finding, marked on each of its texts."""
        finding = Finding(
            code=Code("99EPIONE", "demonstration", f"{WORD}: invented finding"),
            label_fr=f"{WORD} : constat inventé, sans rapport avec l’image",
            label_en=f"{WORD}: invented finding, unrelated to the image",
            method=WORD,
        )
        return Result(Status.OK, (finding,), limitations=(WORD,), text=WORD)


def connect(manifest: Manifest) -> Provider:
    """Only in the demo."""
    if not settings.DEMO:
        raise DemonstrationRefused
    return Demonstration(manifest)
