"""The patient record: identity, allergies, problems, observations, timeline."""
