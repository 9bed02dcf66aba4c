"""The interaction thesaurus and the scales in use, loaded once per process and again after an import."""

from functools import lru_cache

from epione.medications.domain.interactions import Thesaurus
from epione.medications.domain.scores import Scales

from . import pack


@lru_cache(maxsize=1)
def _thesaurus(_stamp: int) -> Thesaurus:
    facts = pack.ansm()
    return Thesaurus.from_pack(facts, {"rows": facts["conditional_rules"]}, facts["supplement"])


@lru_cache(maxsize=1)
def _scales(_stamp: int) -> Scales:
    facts = pack.ansm()
    return Scales.from_rows(acb=facts["acb"], frid=facts["frid"], risk_lists=facts["risk_lists"])


def load_thesaurus() -> Thesaurus:
    """The interaction thesaurus in use; it needs no database."""
    return _thesaurus(pack.stamp())


def load_scales() -> Scales:
    """The anticholinergic, fall-risk and risk-tag scales in use."""
    return _scales(pack.stamp())
