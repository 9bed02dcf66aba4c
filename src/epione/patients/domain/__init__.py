"""Plain facts about a patient: identifiers, names, measurements, renal function."""
