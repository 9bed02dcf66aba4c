"""The door of inference: the registry of everything that infers, and its answers."""

from .domain.checks import MODALITIES, as_dict, modality_of
from .domain.contract import Finding, Frame, ImageRef, Kind, Measurement, Request, Result, Severity, Status, Takes
from .domain.deployments import Channel
from .domain.hashing import sha256_of
from .domain.manifest import Engine, Manifest, read_manifest
from .errors import AnswerNotFound, ModelNotFound, NotLive
from .queries import AnswerView, ModelView, VerdictView, answer_of, answers, model_of, models, verdicts_of
from .services import (
    Replay,
    Subject,
    Verdicts,
    ask,
    deploy,
    enter_shipped,
    give_verdict,
    register_version,
    replay,
    roll_back,
    switch_off,
    switch_on,
)
from .shipped import register_builtin
from .words import limit_words, reason_words, said

__all__ = [
    "MODALITIES",
    "AnswerNotFound",
    "AnswerView",
    "Channel",
    "Engine",
    "Finding",
    "Frame",
    "ImageRef",
    "Kind",
    "Manifest",
    "Measurement",
    "ModelNotFound",
    "ModelView",
    "NotLive",
    "Replay",
    "Request",
    "Result",
    "Severity",
    "Status",
    "Subject",
    "Takes",
    "VerdictView",
    "Verdicts",
    "answer_of",
    "answers",
    "as_dict",
    "ask",
    "deploy",
    "enter_shipped",
    "give_verdict",
    "limit_words",
    "modality_of",
    "model_of",
    "models",
    "read_manifest",
    "reason_words",
    "register_builtin",
    "register_version",
    "replay",
    "roll_back",
    "said",
    "sha256_of",
    "switch_off",
    "switch_on",
    "verdicts_of",
]
