"""Pages speak French from the first start, without gettext on the system."""

import os
import subprocess
import sys
from pathlib import Path

from epione.kernel.messages import messages, missing_translations
from epione.kernel.translations import compile_catalogues, stale_catalogues

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: fr\\n"

msgid "Search"
msgstr "Rechercher"
"""


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_catalogue_is_compiled_once_and_again_when_it_changes(tmp_path: Path) -> None:
    source = write(tmp_path, "kernel/locale/fr/LC_MESSAGES/django.po", PO)
    target = source.with_suffix(".mo")

    assert compile_catalogues(tmp_path) == [target]
    assert compile_catalogues(tmp_path) == []
    os.utime(source, ns=(target.stat().st_mtime_ns + 10**9,) * 2)
    assert stale_catalogues(tmp_path) == [source]


def test_a_missing_translation_is_found_in_code_and_in_templates(tmp_path: Path) -> None:
    write(tmp_path, "kernel/locale/fr/LC_MESSAGES/django.po", PO)
    write(tmp_path, "kernel/page.py", 'title = _("Search")\nother = gettext_lazy("Not there")\n')
    write(
        tmp_path,
        "kernel/templates/kernel/page.html",
        '<p>\n  {% translate "Search" %}\n'
        "    {% blocktranslate trimmed %}\n  Two\n  lines {{ n }}\n{% endblocktranslate %}\n"
        "{% blocktranslate count n=n %}{{ n }} file{% plural %}{{ n }} files{% endblocktranslate %}</p>",
    )

    found = [(one.module, one.text) for one in missing_translations(root=tmp_path)]

    assert found == [("kernel", "Not there"), ("kernel", "Two lines %(n)s"), ("kernel", "%(n)s file")]
    assert "Search" in {one.text for one in messages(tmp_path)}


def test_every_sentence_of_the_kernel_has_its_french() -> None:
    assert [one for one in missing_translations() if one.module == "kernel"] == []


def test_a_start_without_compiled_translations_speaks_french(tmp_path: Path) -> None:
    root = Path(__file__).parents[2] / "src"
    copied = tmp_path / "src"
    subprocess.run(["cp", "-r", str(root), str(copied)], check=True)
    for compiled in copied.rglob("*.mo"):
        compiled.unlink()
    program = (
        "import django; django.setup();"
        "from django.utils.translation import override, gettext\n"
        "with override('fr'): print(gettext('Search'))"
    )
    environment = {
        "PATH": "",
        "PYTHONPATH": str(copied),
        "DJANGO_SETTINGS_MODULE": "epione.project.settings",
        "EPIONE_HOME": str(tmp_path / "home"),
        "PYTHONIOENCODING": "utf-8",
    }

    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)

    assert (done.stdout.strip(), done.returncode) == ("Rechercher", 0), done.stderr
