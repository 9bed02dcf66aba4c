"""What other DICOM systems ask and are told, over DICOMweb (PS3.18) and DIMSE (PS3.4): questions, matching, answers."""
