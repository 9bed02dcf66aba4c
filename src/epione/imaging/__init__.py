"""Imaging: DICOM in by every door, de-identified, encrypted, proved, shown, analysed, reported."""
