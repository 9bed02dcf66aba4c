"""Routes of administration as people and programs write them, in the words of the catalogue."""

from epione.medications.domain.names import fold

_ROUTES = {
    "orale": "oral orale po os bouche buccale 26643006",
    "sublinguale": "sublingual sublinguale sl perlinguale 37839007",
    "rectale": "rectal rectale pr ir 37161004",
    "vaginale": "vaginal vaginale pv 16857009",
    "intraveineuse": "iv intraveineuse intravenous ivl perfusion 47625008",
    "intramusculaire": "im intramusculaire intramuscular 78421000",
    "sous-cutanée": "sc sous-cutanee subcutaneous s/c 34206005",
    "cutanée": "cutanee cutaneous topical topique locale local peau skin 6064005 359540000",
    "transdermique": "transdermique transdermal patch td 45890007",
    "inhalée": "inhalee inhaled inhalation inhal respiratory 18679011000001101 447694001",
    "nasale": "nasale nasal intranasale in 46713006",
    "ophtalmique": "ophtalmique ophthalmic oculaire collyre ocular 54485002",
    "auriculaire": "auriculaire otic auricular 10547007",
}
_SEVERAL_WORDS = {"per os": "orale", "voie orale": "orale", "by mouth": "orale", "sous cutanee": "sous-cutanée"}
_BY_WORD = {word: route for route, words in _ROUTES.items() for word in words.split()} | _SEVERAL_WORDS


def read_route(text: str) -> str:
    """The catalogue's route for a text, empty when it is not understood."""
    return _BY_WORD.get(fold(text).strip(), "")
