"""What every journey asks of a page: accessible, no sideways scroll, no inline style, a silent console."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
GRAVE = ("serious", "critical")


def chromium() -> str | None:
    """The browser of the machine."""
    return which("chromium") or which("chromium-browser") or which("google-chrome")


def launch(playwright: Playwright) -> Browser:
    """Start the browser of the machine; nothing is downloaded."""
    return playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)


@dataclass
class Visit:
    """One person's window: the page, and what went wrong in it so far."""

    page: Page
    context: BrowserContext
    base: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to an address of Epione."""
        self.page.goto(self.base + path)
        return self.page

    def check(self, *, expected_complaints: tuple[str, ...] = ()) -> None:
        """Everything that each page must hold, in one call."""
        allowed = expected_complaints or ("\0",)
        problems = [
            *grave_findings(self.page),
            *([f"scrolls sideways by {sideways(self.page)} px"] if sideways(self.page) else []),
            *(f"inline style: {piece}" for piece in inline_styles(self.page)),
            *(f"console: {text}" for text in self.complaints if not text.startswith(allowed)),
        ]
        assert not problems, "\n".join([self.page.url, *problems])


def watch(page: Page, complaints: list[str]) -> None:
    """Note every error of the console and every uncaught exception."""
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))


def grave_findings(page: Page) -> list[str]:
    """Serious and critical findings of axe, evaluated from outside because the policy of the page forbids scripts."""
    page.evaluate(AXE)
    report: dict[str, Any] = json.loads(page.evaluate("axe.run().then(report => JSON.stringify(report))"))
    return [
        f"{found['id']}: {node['target']} {node.get('failureSummary', '')}"
        for found in report["violations"]
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(
        page.evaluate("Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)")
    )


def inline_styles(page: Page) -> list[str]:
    """Elements that were served with a style of their own, read from the source and not from the live page."""
    source = page.request.get(page.url).text()
    return [piece[:80] for piece in source.split("<") if " style=" in piece.split(">")[0]]
