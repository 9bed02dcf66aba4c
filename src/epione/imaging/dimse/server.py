"""The application entity: which classes and syntaxes it takes, its limits, who is let in."""

import os
import threading
from collections.abc import Callable
from typing import Any

import structlog
from pynetdicom import AE, AllStoragePresentationContexts, evt
from pynetdicom.sop_class import (  # type: ignore[attr-defined]  # made when it is imported
    PatientRootQueryRetrieveInformationModelFind,
    PatientRootQueryRetrieveInformationModelGet,
    PatientRootQueryRetrieveInformationModelMove,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
    Verification,
)

from epione.imaging.providers.pixels import syntaxes

from . import finding, moving, storing
from .callers import admit, forget, with_database

log = structlog.get_logger(__name__)
NATIVE = ("1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2")
QUERIES = (
    PatientRootQueryRetrieveInformationModelFind,
    PatientRootQueryRetrieveInformationModelMove,
    PatientRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelMove,
    StudyRootQueryRetrieveInformationModelGet,
)
PDU_BYTES = 1 << 17
ASSOCIATION_SECONDS, MESSAGE_SECONDS, IDLE_SECONDS = 15, 60, 120


def title() -> str:
    """Our AE title (`EPIONE_AE_TITLE`)."""
    return os.environ.get("EPIONE_AE_TITLE", "EPIONE")


def address() -> tuple[str, int]:
    """Where associations are accepted (`EPIONE_DICOM_HOST`, `EPIONE_DICOM_PORT`); only this machine by default."""
    return os.environ.get("EPIONE_DICOM_HOST", "127.0.0.1"), int(os.environ.get("EPIONE_DICOM_PORT", "11112"))


def entity() -> Any:
    """Our application entity, with its limits."""
    ae = AE(ae_title=title())
    ae.maximum_associations = int(os.environ.get("EPIONE_DICOM_ASSOCIATIONS", "10"))
    ae.maximum_pdu_size = PDU_BYTES
    ae.acse_timeout, ae.dimse_timeout, ae.network_timeout = ASSOCIATION_SECONDS, MESSAGE_SECONDS, IDLE_SECONDS
    ae.require_called_aet = True
    taken = [*NATIVE, *syntaxes()]
    ae.add_supported_context(Verification)
    for context in AllStoragePresentationContexts:
        # Both roles: over C-GET we send over the association that the other system opened.
        ae.add_supported_context(str(context.abstract_syntax), taken, scu_role=True, scp_role=True)
    for model in QUERIES:
        ae.add_supported_context(model, list(NATIVE[:2]))
    return ae


def handlers() -> list[tuple[Any, Callable[..., Any]]]:
    """What is done at each event of an association."""
    return [
        (evt.EVT_REQUESTED, with_database(admit)),
        (evt.EVT_CONN_CLOSE, forget),
        (evt.EVT_PDU_RECV, storing.limit),
        (evt.EVT_C_ECHO, lambda _event: 0x0000),
        (evt.EVT_C_STORE, with_database(storing.store)),
        (evt.EVT_C_FIND, finding.find),
        (evt.EVT_C_MOVE, moving.move),
        (evt.EVT_C_GET, moving.get),
    ]


def serve_until(stop: threading.Event) -> None:
    """Accept associations until told to stop; those that are open are aborted then."""
    host, port = address()
    ae = entity()
    server = ae.start_server((host, port), block=False, evt_handlers=handlers())
    log.info("dicom.listening", host=host, port=port, title=ae.ae_title)
    stop.wait()
    server.shutdown()
    ae.shutdown()
