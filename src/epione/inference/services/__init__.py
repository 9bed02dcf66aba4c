"""Registering, deploying and asking models; what people say of their answers."""

from .answering import Replay as Replay
from .answering import Subject as Subject
from .answering import ask as ask
from .answering import replay as replay
from .deploying import deploy as deploy
from .deploying import roll_back as roll_back
from .deploying import switch_off as switch_off
from .deploying import switch_on as switch_on
from .registering import enter_shipped as enter_shipped
from .registering import register_version as register_version
from .verdicts import Verdicts as Verdicts
from .verdicts import give_verdict as give_verdict
