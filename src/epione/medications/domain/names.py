"""How names of medicines are compared: one normal form, numbers with units, salts set apart."""

import re
import unicodedata
from functools import lru_cache

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "µ": "u", "μ": "u", "’": "'", "ß": "ss"})

_MARKS = dict.fromkeys(range(0x300, 0x370))  # combining accents, deleted

_SALT_TEXT = """
chlorhydrate dichlorhydrate monochlorhydrate bromhydrate iodhydrate sulfate hydrogenosulfate besilate mesilate
dimesilate tosilate camsilate esilate edisilate maleate hydrogenomaleate fumarate hemifumarate sesquifumarate
hydrogenofumarate tartrate hydrogenotartrate bitartrate ditartrate succinate hydrogenosuccinate citrate dicitrate
acetate diacetate phosphate nitrate dinitrate oxalate malate pamoate embonate xinafoate trifenatate gluconate
lactate propionate dipropionate valerate butyrate furoate palmitate decanoate enantate stearate undecylenate
sodique disodique monosodique sodee potassique dipotassique potassee calcique hemicalcique magnesien magnesique
magnesienne dimagnesienne zincique lithique erbumine arginine argininique medoxomil olamine trometamol
tromethamine meglumine lysine diolamine etexilate cilexetil axetil proxetil pivoxil disoproxil alafenamide
monohydrate monohydratee dihydrate dihydratee trihydrate trihydratee hemihydrate hemihydratee sesquihydrate
pentahydrate hexahydrate tetrahydrate hydrate hydratee anhydre solvate base micronise micronisee racemique
"""
_MINERAL_TEXT = """
sodium potassium calcium magnesium lithium fer ferreux ferrique zinc aluminium ammonium argent bismuth cuivre
manganese selenium strontium fluor fluorure iode phosphore chlorure carbonate bicarbonate hydroxyde oxyde
"""
SALT_WORDS = frozenset(_SALT_TEXT.split())
_LINKING = frozenset({"de", "d", "du", "des", "la", "le", "l", "sel", "sous", "forme", "et"})
# A mineral is the medicine itself: nothing may be taken off its name.
_MINERALS = frozenset(_MINERAL_TEXT.split())


def fold(text: str) -> str:
    """Lower case, without accents; ligatures spelled out (`œ` gives `oe`)."""
    return unicodedata.normalize("NFKD", text.translate(_LIGATURES).lower()).translate(_MARKS)


@lru_cache(maxsize=65_536)
def normalise(text: str) -> str:
    """The key under which every name is compared: folded, each run of other characters one space (rule of the pack)."""
    return _NOT_WORD.sub(" ", fold(text)).strip()


@lru_cache(maxsize=16_384)
def base_key(text: str) -> str:
    """The normal form without salt, ester or hydrate words; the full normal form when nothing would remain.

    >>> base_key("CHLORHYDRATE DE METFORMINE"), base_key("ATORVASTATINE CALCIQUE TRIHYDRATÉE")
    ('metformine', 'atorvastatine')
    """
    key = normalise(text)
    words = key.split()
    if _MINERALS.intersection(words):
        return key
    kept = [word for word in words if word not in SALT_WORDS]
    while kept and kept[0] in _LINKING:
        kept.pop(0)
    while kept and kept[-1] in _LINKING:
        kept.pop()
    return " ".join(kept) or key
