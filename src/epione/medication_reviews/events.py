"""Names of what this module tells the others, after commit."""

STEP_DONE = "medication_reviews.step_done"
ANALYSED = "medication_reviews.analysed"
DECIDED = "medication_reviews.decided"
