"""Words of the registry's pages and of the answers."""

from django.utils.translation import gettext_lazy as _

from epione.kernel.kit.formats import language

from .domain.deployments import Channel
from .domain.manifest import Both, Engine

ENGINES = {
    Engine.ONNX: _("ONNX model, here"),
    Engine.HUGGINGFACE: _("Hugging Face model, here"),
    Engine.OPENAI: _("Remote model (OpenAI-compatible)"),
    Engine.KSERVE: _("Remote model (KServe v2)"),
    Engine.BUILTIN: _("Ships with Epione"),
    Engine.DEMO: _("Demonstration"),
}

CHANNELS = {
    Channel.LIVE: _("in service"),
    Channel.CANARY: _("on trial for a share of the images"),
    Channel.SHADOW: _("on trial without being shown"),
    Channel.OFF: _("switched off"),
}

REASONS = {
    "unknown_modality": _("This modality is not known."),
    "modality_not_supported": _("This model is not made for this modality."),
    "body_part_not_supported": _("This model is not made for this body part."),
    "body_part_unknown": _("The image does not say which body part it shows, which this model must know."),
    "sop_class_not_supported": _("This model is not made for this kind of object."),
    "no_image": _("There is no image."),
    "no_frame": _("This object has no picture."),
    "no_grey_frame": _("This analysis needs a grey-scale image."),
    "no-pixels": _("This object has no picture that can be read."),
    "file-refused": _("The pixels of this object cannot be read."),
    "no_value": _("There are no values to measure."),
    "no_contrast": _("This image has one single value."),
    "stack_not_regular": _("The slices do not make a regular, whole stack: no volume is given."),
    "no_two_fields": _("Two lung fields could not be told apart: no measure is given."),
    "series-too-large": _("This series is too large for this analysis."),
    "score_below_threshold": _("The model is not sure enough to answer."),
    "model_abstained": _("The model says that it cannot tell."),
    "timed_out": _("The model did not answer in time."),
    "out_of_memory": _("The model needs more memory than it is allowed."),
    "answer_unfit": _("The model answered outside of its contract: nothing of it is shown."),
    "reply_not_of_the_schema": _("The model did not answer in the form asked for: nothing of it is shown."),
    "remote_unreachable": _("The remote model cannot be reached."),
    "weights-differ": _("The file of weights changed: nothing was run."),
    "weights-missing": _("The weights of this model are not there."),
    "data-not-allowed": _("No administrator allowed this model to receive images."),
    "credential-missing": _("The key of this model is not set."),
    "engine-missing": _("The packages that this model needs are not installed."),
    "demonstration-refused": _("The demonstration model is refused outside of the demo practice."),
}

LIMITS = {
    "scores-not-calibrated": _("Its scores were never calibrated: no confidence is given."),
    "weights-not-verifiable": _("It runs elsewhere: its weights cannot be verified here."),
    "one-frame-of-several": _("One frame of several was looked at, the middle one."),
    "wording-of-a-language-model": _("Words of a language model: it may describe what is not there."),
    "no-confidence": _("It gives no confidence."),
    "heuristics-stated-by-their-method": _("Heuristics: each says its method."),
    "thresholds-not-segmentation": _("Thresholds, not a segmentation of organs."),
    "measurement-not-diagnosis": _("A measurement, not a diagnosis."),
    "sides-of-the-picture": _("Left and right are those of the picture, not of the patient."),
    "DEMONSTRATION": _("DEMONSTRATION: invented answer."),
}


def reason_words(code: str) -> str:
    """Why there is no answer; a code without words of its own is said to be a failure, and shown."""
    return str(REASONS.get(code) or _("The model failed (%(code)s).") % {"code": code})


def limit_words(code: str) -> str:
    """A limitation in words."""
    return str(LIMITS.get(code, code))


def said(text: Both | None) -> str:
    """A text of a card in the language of the page."""
    return "" if text is None else getattr(text, language())
