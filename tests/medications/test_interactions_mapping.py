"""From the substances of a speciality to the entities of the thesaurus: salts are not confused."""

from epione.medications.domain.catalogue import Catalogue


def entities(catalogue: Catalogue, cis: str) -> dict[str, list[str]]:
    drug = catalogue.by_cis(cis)
    assert drug is not None
    return {part.name: sorted(part.entities) for part in drug.ingredients}


def test_a_salt_of_sodium_has_its_own_entity_or_none(catalogue: Catalogue) -> None:
    gaviscon = next(drug for drug in catalogue.drugs() if drug.name == "GAVISCON, suspension buvable en flacon")
    assert gaviscon.cis is not None
    assert entities(catalogue, gaviscon.cis) == {
        "BICARBONATE DE SODIUM": ["sodium bicarbonate de"],
        "ALGINATE DE SODIUM": [],
    }


def test_no_speciality_takes_several_salts_of_sodium_for_one(catalogue: Catalogue) -> None:
    confused = {
        part.name
        for drug in catalogue.drugs()
        for part in drug.ingredients
        if sum("sodium" in entity for entity in part.entities) > 2
    }
    assert confused == set()
