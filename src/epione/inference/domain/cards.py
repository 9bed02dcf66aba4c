"""Cards of the models that come without one of their own."""

from .manifest import Both, Card


def written_card(name: str, source: str) -> Card:
    """The card of a general model that describes pictures: nothing is known of how it does on medical images."""
    return Card(
        title=Both(fr=f"Modèle de description : {name}", en=f"Describing model: {name}"),
        summary=Both(
            fr="Un modèle de langage qui regarde une image dé-identifiée et la décrit en mots.",
            en="A language model that looks at a de-identified image and describes it in words.",
        ),
        intended_use=Both(
            fr="Brouillon de description, que le médecin vérifie mot à mot.",
            en="Draft of a description, which the physician checks word by word.",
        ),
        not_for=Both(
            fr="Poser un diagnostic, trier, ou conclure à l’absence d’anomalie.",
            en="Making a diagnosis, triage, or concluding that nothing is abnormal.",
        ),
        limits=(
            Both(
                fr="Aucune confiance n’est donnée : un modèle de langage ne sait pas mesurer la sienne.",
                en="No confidence is given: a language model cannot measure its own.",
            ),
            Both(
                fr="Peut décrire ce qui n’est pas dans l’image.",
                en="May describe what is not in the image.",
            ),
        ),
        licence="see its source",
        source=source,
    )


def demonstration_card() -> Card:
    """The card of the invented answers."""
    return Card(
        title=Both(fr="DEMONSTRATION", en="DEMONSTRATION"),
        summary=Both(fr="Réponses inventées, pour montrer les écrans.", en="Invented answers, to show the screens."),
        intended_use=Both(fr="La démonstration seule.", en="The demo only."),
        not_for=Both(fr="Tout patient.", en="Any patient."),
        licence="Apache-2.0",
        source="Epione",
    )
