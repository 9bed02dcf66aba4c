"""Envelope encryption: fields sealed under the key of each patient, bound to their place; blind indexes; erasure."""

from .erasure import forget_subject as forget_subject
from .errors import Erased as Erased
from .errors import KeysUnavailable as KeysUnavailable
from .errors import Tampered as Tampered
from .keyring import clear_cache as clear_cache
from .keyring import make_keys as make_keys
from .keyring import prefetch_keys as prefetch_keys
from .keyring import preload as preload
from .keyring import renew_index_key as renew_index_key
from .place import Place as Place
from .sealing import blind_index as blind_index
from .sealing import index_generation as index_generation
from .sealing import lasting_index as lasting_index
from .sealing import seal as seal
from .sealing import seal_json as seal_json
from .sealing import seal_text as seal_text
from .sealing import unseal as unseal
from .sealing import unseal_json as unseal_json
from .sealing import unseal_text as unseal_text
