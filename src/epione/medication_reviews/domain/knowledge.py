"""Everything the engine reviews with: the criteria, the interaction thesaurus, the scales, the words, the catalogue."""

from dataclasses import dataclass, field

from epione.medications.domain.catalogue import Catalogue
from epione.medications.domain.interactions import Thesaurus
from epione.medications.domain.names import base_key
from epione.medications.domain.scores import Scales
from epione.medications.domain.vocabulary import Vocabulary

from .rulebook import RuleBook


@dataclass(slots=True)
class Knowledge:
    """One edition of each source; a process needs one (`providers.knowledge.load_knowledge`).

    Without a vocabulary, interactions are told by the definition of their level; without a catalogue, an allergy is
    matched by its own words and no substitute can be proposed.
    """

    book: RuleBook
    thesaurus: Thesaurus
    scales: Scales
    catalogue: Catalogue | None = None
    vocabulary: Vocabulary | None = None
    _substances: dict[str, frozenset[str]] = field(default_factory=dict)

    def substances_of(self, name: str) -> frozenset[str]:
        """The base keys of the substances that a name stands for, empty when the catalogue does not know it."""
        known = self._substances.get(name)
        if known is None:
            drug = self.catalogue.substance(name) if self.catalogue is not None else None
            brands = () if drug or self.catalogue is None else self.catalogue.by_name(name)
            parts = drug.ingredients if drug else (brands[0].ingredients if brands else ())
            known = self._substances[name] = frozenset(base_key(part.name) for part in parts)
        return known
