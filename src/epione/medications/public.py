"""The door of the medications module."""

from .domain.catalogue import Catalogue as Catalogue
from .providers.pack import ansm as ansm
from .services import load_catalogue as load_catalogue

__all__ = ["Catalogue", "ansm", "load_catalogue"]
