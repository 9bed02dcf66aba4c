"""What can be refused about models and their answers."""

from django.utils.translation import gettext_lazy as _

from epione.kernel.errors import Conflict, Expected, NotFound


class ModelNotFound(NotFound):
    """No such model, version or answer in this practice."""

    code = "model-not-found"
    sentence = _("This model was not found in your practice.")


class AnswerNotFound(NotFound):
    """No such answer in this practice."""

    code = "answer-not-found"
    sentence = _("This answer was not found in your practice.")


class ManifestRefused(Expected):
    """The description of a model cannot be used."""

    status = 422
    code = "manifest-refused"
    sentence = _("The description of this model cannot be used: %(faults)s.")


class WeightsDiffer(Expected):
    """The file of weights is not the one that was described."""

    status = 422
    code = "weights-differ"
    sentence = _("The file of weights is not the one described (its SHA-256 differs). Nothing was run: get it again.")


class WeightsMissing(Expected):
    """The file of weights is not there."""

    status = 422
    code = "weights-missing"
    sentence = _("The weights of this model are not in the folder of models. Put them there, then try again.")


class VersionExists(Conflict):
    """A version is registered once and never changes."""

    code = "version-exists"
    sentence = _("This version is already registered, with another content. Give the new one another version.")


class NothingToRollBack(Conflict):
    """There is no earlier version."""

    code = "nothing-to-roll-back"
    sentence = _("No earlier version of this model has answered: there is nothing to go back to.")


class NotLive(Conflict):
    """A trial is set against a live version."""

    code = "not-live"
    sentence = _("No version of this model answers. Put one in service first.")


class AlreadyOff(Conflict):
    """The model is off."""

    code = "already-off"
    sentence = _("This model is already switched off.")


class ReasonMissing(Expected):
    """A reason must be given."""

    status = 422
    code = "reason-missing"
    sentence = _("Say why: the reason is kept with your name.")


class BadShare(Expected):
    """A share of a trial."""

    status = 422
    code = "bad-share"
    sentence = _("A trial answers between 1 and 99 in 100.")


class DataNotAllowed(Expected):
    """A remote model may not receive this class of data."""

    status = 403
    code = "data-not-allowed"
    sentence = _(
        "This model runs outside of the practice and no administrator has allowed it to receive de-identified images."
    )


class DemonstrationRefused(Expected):
    """A made-up answer outside of the demo."""

    status = 403
    code = "demonstration-refused"
    sentence = _(
        "The demonstration model makes its answers up: it is refused outside of the demo practice, because nobody "
        "could tell such an answer from a real one. Choose another model, or none."
    )


class EngineMissing(Expected):
    """An optional package is not installed."""

    status = 503
    code = "engine-missing"
    sentence = _("This model needs the Python packages torch and transformers, which are not installed here.")


class AddressRefused(Expected):
    """The address of a remote model."""

    status = 422
    code = "address-refused"
    sentence = _(
        "The address of this model is refused: it must be https, or be listed by the operator in EPIONE_MODEL_HOSTS."
    )


class CredentialMissing(Expected):
    """The key of a remote model is not set."""

    status = 503
    code = "credential-missing"
    sentence = _("The key of this model is not set: the operator gives it in %(variable)s.")


class InputDiffers(Conflict):
    """A replay with other bytes is no replay."""

    code = "input-differs"
    sentence = _("The image is not the one that was analysed: its bytes differ. Nothing was replayed.")


class UnknownFinding(NotFound):
    """An answer has no finding of this number."""

    code = "finding-not-found"
    sentence = _("This answer has no such finding.")


class CorrectionMissing(Expected):
    """A correction says what is right."""

    status = 422
    code = "correction-missing"
    sentence = _("Write what is right in place of this finding.")
