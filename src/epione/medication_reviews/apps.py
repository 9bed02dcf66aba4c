"""Wiring of the medication_reviews module."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MedicationReviewsConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.medication_reviews"
    label = "medication_reviews"

    def ready(self) -> None:
        """Enter the navigation, the record, the home page; register the jobs."""
        from epione.kernel.kit import home as panels  # noqa: PLC0415 -- apps must be loaded first
        from epione.kernel.kit import navigation  # noqa: PLC0415 -- apps must be loaded first
        from epione.patients.public import Tab, register_tab, register_timeline  # noqa: PLC0415 -- the same

        from . import home, tasks, timeline  # noqa: F401, PLC0415 -- the same; importing tasks registers them

        scope, roles = "medication_reviews:read", frozenset({"pharmacist"})
        navigation.register(
            navigation.NavItem(
                key="medication",
                label=_("Medication"),
                url_name="medication_reviews:worklist",
                icon="pill",
                scope=scope,
                order=20,
                roles=roles,
                count=home.open_count,
                tab=True,
            )
        )
        register_tab(Tab("medication", _("Medication"), "medication_reviews:patient", scope, 30))
        register_timeline(timeline.items)
        panels.register_sentence("reviews", home.load)
        panels.register(
            panels.Panel(
                "review-next", "medication_reviews/home_next.html", home.next_action, scope=scope, column="next"
            )
        )
        panels.register(
            panels.Panel("reviews", "medication_reviews/home_list.html", home.worklist, scope=scope, column="main")
        )
        panels.register(
            panels.Panel(
                "followed", "medication_reviews/home_followed.html", home.followed, scope=scope, column="side", order=40
            )
        )
        panels.register(
            panels.Panel(
                "spent", "medication_reviews/home_time.html", home.spent, scope=scope, column="side", order=120
            )
        )
