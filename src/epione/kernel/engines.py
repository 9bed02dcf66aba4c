"""An engine is picked by the scheme of a URL; its file in a `providers/` folder bears that name."""

import importlib
import pkgutil
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def engine_names(package: str) -> list[str]:
    """The engines of a providers package, found from its folder."""
    folder = importlib.import_module(package)
    return sorted(m.name for m in pkgutil.iter_modules(folder.__path__) if m.name != "base")


def connect(package: str, url: str) -> Any:
    """Call `connect(url)` of the engine that the URL's scheme names; the other engines are never imported."""
    name = urlsplit(url).scheme.replace("-", "_")
    known = engine_names(package)
    if name not in known:
        raise ImproperlyConfigured(f"'{name}' is not one of {', '.join(known)} (from {package}).")
    return importlib.import_module(f"{package}.{name}").connect(url)
