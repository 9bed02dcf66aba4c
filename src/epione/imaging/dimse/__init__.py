"""DICOM associations (PS3.4, PS3.7, PS3.8): C-ECHO, C-STORE, C-FIND, C-MOVE, C-GET, for systems that were entered."""

from .server import serve_until as serve_until
