"""What imaging knows without a database: DICOM bytes, de-identification, pixels, measures."""
