"""Why bytes are not taken as DICOM: one error, stable codes, never a value of an element."""

CODES: dict[str, str] = {
    "not_dicom": "This is not a DICOM file.",
    "truncated": "The file stops in the middle of an element.",
    "truncated_pixels": "The pixel data are shorter than the header announces.",
    "bad_length": "An element declares a length that its container cannot hold.",
    "bad_item": "A sequence holds something else than items.",
    "too_deep": "Sequences are nested too deeply.",
    "too_large": "The file exceeds the size accepted here.",
    "too_many_elements": "The file holds more elements than accepted here.",
    "too_many_pixels": "The declared image is larger than accepted here.",
    "deflate_bomb": "The compressed data set inflates beyond what is accepted.",
    "bad_deflate": "The compressed data set does not inflate.",
    "no_meta": "The file meta information is missing or incomplete.",
    "syntax_mismatch": "The data set is not encoded as its transfer syntax says.",
    "unsupported_syntax": "The transfer syntax is not supported.",
    "bad_uid": "An identifier that every object must have is missing or malformed.",
    "bad_geometry": "Rows, columns, samples, bits and pixel data do not fit together.",
    "bad_frames": "The number of frames is not a plausible whole number.",
    "directory": "This is a DICOMDIR: send the files that it lists.",
    "encapsulated_document": "The object encapsulates a document that cannot be de-identified.",
    "compressed_pixels": "Regions can be masked in uncompressed pixels only.",
    "bad_mask": "A region to mask lies outside the image.",
    "odd_encoding": "An element cannot be rewritten safely.",
}


class NotDicom(ValueError):
    """The bytes are refused; `code` is stable (see CODES), `offset` the byte where reading stopped, if known."""

    def __init__(self, code: str, offset: int | None = None) -> None:
        self.code = code
        self.offset = offset
        super().__init__(CODES[code] if offset is None else f"{CODES[code]} (byte {offset})")
