"""The treatment of a patient: what is prescribed, dispensed or taken by oneself."""
