"""Why pixels cannot be shown: one error, stable codes, never a value of an element."""

CODES: dict[str, str] = {
    "no_pixels": "The object has no pixels.",
    "no_such_frame": "The object has no frame of that number.",
    "unsupported_syntax": "No decoder is here for the compression of these pixels.",
    "unsupported_pixels": "The pixels are of a kind that is not drawn.",
    "corrupt_pixels": "The compressed pixels cannot be decoded.",
    "truncated_pixels": "The pixels are shorter than the header announces.",
    "bad_geometry": "The decoded image has not the size that the header announces.",
    "bad_palette": "The palette of the image is broken.",
    "too_large": "The image is larger than what is drawn.",
    "no_value": "The object has no such value.",
    "bad_view": "The view asked for does not exist for this image.",
}


class PixelFault(ValueError):
    """The pixels are refused; `code` is stable (see CODES)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(CODES[code])
