"""What identity announces to other modules."""

GLASS_BROKEN = "identity.glass_broken"
"""An emergency access was opened: `{"emergency_id", "user_id"}`; those who answer for data protection are told."""

REVIEW_DUE = "identity.review_due"
"""The review of an emergency access is soon late: `{"emergency_id", "user_id"}`; told once per access."""
