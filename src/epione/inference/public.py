"""The door of inference: the registry of everything that infers, and its answers."""

from .domain.checks import MODALITIES, as_dict, modality_of
from .domain.deployments import Channel
from .domain.manifest import Manifest, read_manifest
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

__all__ = [
    "MODALITIES",
    "AnswerNotFound",
    "AnswerView",
    "Channel",
    "Manifest",
    "ModelNotFound",
    "ModelView",
    "NotLive",
    "Replay",
    "Subject",
    "VerdictView",
    "Verdicts",
    "answer_of",
    "answers",
    "as_dict",
    "ask",
    "deploy",
    "enter_shipped",
    "give_verdict",
    "modality_of",
    "model_of",
    "models",
    "read_manifest",
    "register_builtin",
    "register_version",
    "replay",
    "roll_back",
    "switch_off",
    "switch_on",
    "verdicts_of",
]
