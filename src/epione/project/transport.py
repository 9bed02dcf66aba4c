"""Which versions of TLS an address offers."""

import socket
import ssl
from urllib.parse import urlsplit

SECONDS = 5.0


class Refusal(Exception):
    """The address could not be tried."""


def accepts_tls_1_2(address: str) -> bool:
    """Whether the server of an https address still speaks TLS 1.2. Raises Refusal when it does not answer at all."""
    where = urlsplit(address)
    # The certificate is not what is examined here: a server with one of its own must be examined too.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    try:
        with (
            socket.create_connection((where.hostname or "", where.port or 443), SECONDS) as raw,
            context.wrap_socket(raw, server_hostname=where.hostname),
        ):
            return True
    except ssl.SSLError:
        return False
    except OSError as error:
        raise Refusal(str(error)) from error
