"""DICOMweb (PS3.18) under `/dicom-web`: STOW-RS, QIDO-RS and WADO-RS, answered with what was de-identified."""
