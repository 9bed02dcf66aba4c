"""What can be refused about images."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from epione.kernel.errors import Conflict, Expected, NotFound


class StudyNotFound(NotFound):
    """No such study in this practice, or not for this person."""

    code = "study-not-found"
    sentence = _("This examination was not found in your practice.")


class ImageNotFound(NotFound):
    """No such object in this practice, or not for this person."""

    code = "image-not-found"
    sentence = _("This image was not found in your practice.")


class ImageWaits(Expected):
    """The object may show a name: only those who decide about it see it."""

    status = 403
    code = "image-waits"
    sentence = _("This image may show a name. It waits until a radiologist has checked or masked it.")


class ImageHasNoPixels(Expected):
    """There is nothing to draw."""

    status = 406
    code = "no-pixels"
    sentence = _("This object has no picture: see its header or download it.")


class OtherContent(Conflict):
    """The same SOP instance came before with other bytes; `kept` and `sent` are keyed hashes of both."""

    code = "other-content"
    sentence = _(
        "An image with this identifier was already received with other content. Nothing was changed: "
        "compare both at their source (kept %(kept)s, sent %(sent)s)."
    )


class OtherPatient(Conflict):
    """The images are already linked to another record."""

    code = "other-patient"
    sentence = _("These images already belong to another record. Check the patient, or remove that link first.")


class IdentityDiffers(Conflict):
    """What the images say of the person is not what the record says; `differs` names the fields."""

    code = "identity-differs"
    sentence = _("The images and the record do not name the same person (%(differs)s). Confirm that it is she.")


class AlreadyDecided(Conflict):
    """The object does not wait any more."""

    code = "already-decided"
    sentence = _("This image does not wait any more: somebody decided about it meanwhile.")


class ReasonMissing(Expected):
    """A reason must be given."""

    status = 422
    code = "reason-missing"
    sentence = _("Say why: the reason is kept with your name.")


class ReportNotFound(NotFound):
    """No such report in this practice, or not for this person."""

    code = "report-not-found"
    sentence = _("This report was not found in your practice.")


class ReportChanged(Conflict):
    """The draft was changed by somebody else, or in another window, since it was read."""

    code = "report-changed"
    sentence = _("This report was changed meanwhile, elsewhere: read it again, then write your change once more.")


class ReportSigned(Conflict):
    """A signed report does not change."""

    code = "report-signed"
    sentence = _("This report is signed and does not change any more: write an addendum.")


class ReportEmpty(Expected):
    """There is nothing to sign."""

    status = 422
    code = "report-empty"
    sentence = _("Write findings or a conclusion first: there is nothing to sign yet.")


class TooManyImages(Expected):
    """A report holds twelve key images."""

    status = 422
    code = "too-many-key-images"
    sentence = _("A report holds twelve key images at most: take one away first.")


class PeerNotFound(NotFound):
    """No such system in this practice."""

    code = "peer-not-found"
    sentence = _("This DICOM system was not found in your practice.")


class PeerTaken(Conflict):
    """Its title is taken."""

    code = "peer-taken"
    sentence = _("A system with this AE title is already entered: take it away first, or give another title.")


class BadQuestion(Expected):
    """A search cannot be understood; `name` is the parameter."""

    code = "bad-search"
    sentence = _("The parameter %(name)s of this search is not known here, or its value cannot be compared.")


class BadBody(Expected):
    """A multipart body is not what its head says; `reason` is a stable code."""

    code = "bad-multipart"
    sentence = _("The parts of this request cannot be told apart (%(reason)s). Send it again; nothing was stored.")


class WrongMedia(Expected):
    """The body is of a type that is not taken."""

    status = 415
    code = "wrong-media-type"
    sentence = _("Send multipart/related with parts of type application/dicom.")


class NotAcceptable(Expected):
    """None of the forms that the client accepts is served."""

    status = 406
    code = "not-acceptable"
    sentence = _("This is not served in any form that your program accepts (%(offered)s).")


class DecoderBusy(Expected):
    """Every decoding process is at work."""

    status = 503
    code = "decoder-busy"
    sentence = _("Too many images arrive at once. Send this one again in a moment.")


class UnknownModality(Expected):
    """A word that names no modality."""

    status = 422
    code = "unknown-modality"
    sentence = _("This is no DICOM modality: give its code (CT, MR, DX, US...).")


class ModalityDiffers(Conflict):
    """The request names another modality than the image."""

    code = "modality-differs"
    sentence = _("The image says that its modality is %(stated)s: ask again with that one, or with none.")


class SeriesTooLarge(Expected):
    """More pixels than an analysis may read at once."""

    status = 422
    code = "series-too-large"
    sentence = _("This series is too large to be analysed at once.")


class NothingAnalysed(Conflict):
    """There is no answer to export."""

    code = "nothing-analysed"
    sentence = _("Nothing was answered about this yet: analyse it first.")


class NoSegmentation(Conflict):
    """No answer has a mask."""

    code = "no-segmentation"
    sentence = _("Only the volumes of a regular CT series can be exported as a segmentation.")


class ExportFailed(Expected):
    """The DICOM object could not be written."""

    status = 422
    code = "export-failed"
    sentence = _("This could not be written as DICOM: the images lack what such an object repeats (%(reason)s).")


SENTENCES: dict[str, Any] = {
    "not_dicom": _("This file is not DICOM. Send the file as the modality wrote it, or a zip of such files."),
    "empty": _("This file is empty."),
    "truncated": _("This file ends too early: its transfer was cut. Send it again from its source."),
    "truncated_pixels": _("The pixels of this file are incomplete. Send it again from its source."),
    "no_meta": _("This file lacks the head that says how it is written. Export it again, or send it as lenient."),
    "too_large": _("This file is larger than what is accepted here."),
    "too_deep": _("This file nests its data deeper than any real examination. It was refused for safety."),
    "too_many_elements": _("This file has more elements than any real examination. It was refused for safety."),
    "too_many_pixels": _("This file states an image larger than what is accepted here."),
    "bad_length": _("This file states a length that is impossible. It was refused for safety."),
    "bad_item": _("This file has a broken sequence. Export it again from its source."),
    "bad_geometry": _("The size of the image stated in this file does not fit its pixels."),
    "bad_frames": _("The number of frames stated in this file is impossible."),
    "bad_deflate": _("The compressed content of this file cannot be read. Send it again from its source."),
    "deflate_bomb": _("This file unpacks to far more than its size. It was refused for safety."),
    "zip_bomb": _("This archive unpacks to far more than its size. It was refused for safety."),
    "zip_entries": _("This archive holds too many files: split it."),
    "bad_zip": _("This archive cannot be read: make it again, and send one archive at a time."),
    "encrypted_zip": _("This archive has a password: send it without one."),
    "syntax_mismatch": _("This file is not encoded as it says. Export it again from its source."),
    "unsupported_syntax": _("This file uses a transfer syntax that is not supported."),
    "odd_encoding": _("This file is encoded in a way that cannot be rewritten safely."),
    "bad_uid": _("An identifier (UID) that every DICOM object must have is missing or malformed in this file."),
    "encapsulated_document": _("This file holds a document (PDF, CDA or model), which cannot be de-identified."),
    "other_study": _("This file belongs to another examination than the one that it was sent to."),
    "directory": _("This is the directory of a disc: send the images that it lists."),
    "timed_out": _("This file took too long to read. It was refused for safety."),
    "out_of_memory": _("This file needs more memory than is allowed. It was refused for safety."),
    "crashed": _("This file made the decoder fail. It was set aside, encrypted."),
    "failed": _("This file made the decoder fail. It was set aside, encrypted."),
}


class FileRefused(Expected):
    """A file cannot be taken; `reason` is its stable code, nothing of its content is repeated."""

    status = 422
    code = "file-refused"

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(reason=reason, **facts)
        self.reason = reason

    @property
    def sentence(self) -> Any:
        """What to do about it."""
        return sentence_of(self.reason)


def sentence_of(reason: str) -> Any:
    """The sentence for people of a refusal's code."""
    return SENTENCES.get(reason, _("This file cannot be read as DICOM. It was set aside, encrypted."))
