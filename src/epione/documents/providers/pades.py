"""PAdES baseline signatures (ETSI EN 319 142-1) by pyHanko: each one an incremental update of the file before it."""

import asyncio
import io
from dataclasses import dataclass

from asn1crypto import keys, x509
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from .authority import KeyPair


@dataclass(frozen=True, slots=True)
class Request:
    """What to sign with: the pair of the signer, the root above it, the words of the signature dictionary.

    `appearance` is the visible block as a PDF of one page, `box` its place on `page` (counted from 1); without a box
    the signature is not visible.
    """

    pair: KeyPair
    root: bytes
    field: str
    name: str
    reason: str
    page: int = 1
    box: tuple[int, int, int, int] | None = None
    appearance: bytes = b""


class _Drawn(PdfContent):
    """The visible block: a page of another PDF, with its embedded fonts, as PDF/A asks."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self._page = page

    def render(self) -> bytes:
        """The command that draws the imported page."""
        imported = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._page)))
        self.resources.xobject["/SignatureBlock"] = imported
        left, bottom, right, top = imported.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/SignatureBlock Do"


class _SameMetadata(IncrementalPdfFileWriter):
    """Adds to a file and leaves its XMP as it was: that is where a reader sees that it is PDF/A."""

    def _update_meta(self) -> None:
        """Nothing: the signature says when it was made."""


def sign(pdf: bytes, request: Request, timestamper: TimeStamper | None) -> bytes:
    """The file with one more signature; raises what the timestamper raises."""
    root = x509.Certificate.load(request.root)
    chain = SimpleCertificateStore()
    chain.register(root)
    signer = SimpleSigner(
        signing_cert=x509.Certificate.load(request.pair.certificate_der()),
        signing_key=keys.PrivateKeyInfo.load(request.pair.key_der()),
        cert_registry=chain,
    )
    meta = PdfSignatureMetadata(
        field_name=request.field,
        md_algorithm="sha256",
        name=request.name,
        reason=request.reason,
        subfilter=SigSeedSubFilter.PADES,
    )
    maker = PdfSigner(
        meta, signer, timestamper=timestamper, stamp_style=_style(request), new_field_spec=_field(request)
    )
    out = io.BytesIO()
    asyncio.run(maker.async_sign_pdf(_SameMetadata(io.BytesIO(pdf)), output=out))
    return out.getvalue()


def _style(request: Request) -> StaticStampStyle | None:
    if not request.box:
        return None
    whole = SimpleBoxLayoutRule(
        x_align=AxisAlignment.ALIGN_MIN, y_align=AxisAlignment.ALIGN_MIN, margins=Margins.uniform(0)
    )
    return StaticStampStyle(
        border_width=0, background=_Drawn(request.appearance), background_layout=whole, background_opacity=1.0
    )


def _field(request: Request) -> SigFieldSpec:
    # The defaults are what PDF/A-2 asks of an annotation (ISO 19005-2, 6.3.2): printed, and never hidden.
    return SigFieldSpec(sig_field_name=request.field, on_page=request.page - 1, box=request.box)
