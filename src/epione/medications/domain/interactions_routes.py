"""Which routes expose the whole body: a cream does not interact, miconazole gel and beta-blocker eye drops do."""

from epione.medications.domain.drug import Drug, DrugStatus
from epione.medications.domain.typed import read

ORAL_DRUGS = "medicaments administres par voie orale"
VAGINAL_DRUGS = "medicaments utilises par voie vaginale"
INJECTED_IRON = "sels de fer par voie injectable"

LOCAL_ROUTES = frozenset(
    {
        "cutanée",
        "ophtalmique",
        "auriculaire",
        "nasale",
        "vaginale",
        "dentaire",
        "gingivale",
        "urétrale",
        "intravésicale",
        "intra-utérine",
        "endosinusale",
        "endocervicale",
        "intracervicale",
        "laryngopharyngée",
        "intravitréenne",
        "intracamérulaire",
        "intraoculaire",
        "sous-conjonctivale",
        "péribulbaire",
        "subrétinale",
        "intradermique",
        "intralésionnelle",
        "épilésionnelle",
        "infiltration",
        "périneurale",
    }
)

# The thesaurus names these in every form ("quelle que soit la voie", "y compris le gel buccal").
_KEPT_EVERYWHERE = frozenset({"miconazole", "econazole"})

# Substances that reach the blood, or that the thesaurus names with that very route.
_KEPT: dict[str, frozenset[str]] = {
    "ophtalmique": frozenset({"timolol", "carteolol", "betaxolol", "levobunolol", "befunolol", "pilocarpine"}),
    "nasale": frozenset(
        {
            "desmopressine",
            "esketamine",
            "fentanyl",
            "sumatriptan",
            "zolmitriptan",
            "dihydroergotamine",
            "nicotine",
            "naloxone",
            "calcitonine",
            "busereline",
            "nafareline",
            "ephedrine",
            "naphazoline",
            "oxymetazoline",
            "phenylephrine",
            "tetryzoline",
            "tuaminoheptane",
        }
    ),
    "vaginale": frozenset({"etonogestrel", "ethinylestradiol", "benzalkonium", "nonoxynol 9"}),
    "gingivale": frozenset({"fentanyl"}),
    "dentaire": frozenset({"adrenaline"}),
    "infiltration": frozenset({"adrenaline"}),
    "périneurale": frozenset({"adrenaline"}),
}

_INJECTED = frozenset({"intraveineuse", "intramusculaire", "sous-cutanée", "voie extracorporelle autre"})


def routes_of(drug: Drug, route: str) -> tuple[str, ...]:
    """The routes that count: the line's own when known, else a speciality's; empty when unknown.

    The usual routes of a bare substance say nothing of how this patient takes it.
    """
    if route:
        return (route,)
    return () if drug.status is DrugStatus.SUBSTANCE else drug.routes


def is_local(routes: tuple[str, ...]) -> bool:
    """Whether every known route is local. An unknown route is not local: the check goes on."""
    return bool(routes) and all(route in LOCAL_ROUTES for route in routes)


def exposed(entities: frozenset[str], routes: tuple[str, ...]) -> frozenset[str]:
    """The thesaurus entities of one substance that can interact when it is taken by these routes."""
    if not is_local(routes):
        return entities
    kept = _KEPT_EVERYWHERE.union(*(_KEPT.get(route, frozenset()) for route in routes))
    return entities & kept


def route_entities(entities: frozenset[str], routes: tuple[str, ...]) -> frozenset[str]:
    """The thesaurus headings that name a route, for a medicine whose only known route it is."""
    if not routes:
        return frozenset()
    if set(routes) == {"orale"}:
        return frozenset({ORAL_DRUGS})
    if set(routes) == {"vaginale"}:
        return frozenset({VAGINAL_DRUGS})
    if "fer" in entities and set(routes) <= _INJECTED:
        return frozenset({INJECTED_IRON})
    return frozenset()


def typed_route(text: str, drug: Drug) -> str:
    """The local route that a typed form means ("diclofenac gel"), when the substance was resolved by that form."""
    if drug.status is DrugStatus.SUBSTANCE and is_local(drug.routes) and read(text).forms:
        return drug.routes[0]
    return ""
