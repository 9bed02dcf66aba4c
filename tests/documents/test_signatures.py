"""Electronic signatures: made by a person on what she read, kept in the PDF, verified by others' tools as by ours."""

import asyncio
import hashlib
import io
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import cms, x509
from cryptography import x509 as crypto
from django.contrib.auth import get_user_model
from django.db import transaction
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from epione.documents.domain.signing import Change, Level, Reason, Signatory, Timestamp, Trust
from epione.documents.errors import AlreadySigned, ContentChanged, OnlyPeopleSign, Replaced, TimestampAway
from epione.documents.models import Certificate, Signature
from epione.documents.providers import authority, pdf, timestamps, verification
from epione.documents.providers.examination import examine
from epione.documents.providers.verification import Anchors, NotReadable
from epione.documents.public import export_document, open_document, sign_document, signatures, validate_document
from epione.documents.services import authority_file, revocation_file, revoke
from epione.documents.services.authority import certificate_of, roots
from epione.documents.services.verifying import anchors_of
from epione.identity.models import Membership
from epione.identity.public import service_actor
from epione.kernel.errors import Forbidden, NotFound
from epione.kernel.ids import uuid7
from epione.ledger.models import Entry

from .test_formats import streams

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def signed(letter, by, **given):
    """The file of a document after one more signature."""
    sign_document(document_id=letter.id, digest=letter.digest, by=by, **given)
    return export_document(document_id=letter.id, form="pdf", by=by)[0]


def verdicts(file, by):
    return verification.verify(file, anchors_of(by.practice_id), now=datetime.now(UTC)).verdicts


@pytest.fixture
def known_rpps(pharmacist):
    Membership.objects.filter(user_id=pharmacist.id).update(rpps="10001234567")


def test_a_signature_says_who_when_and_that_nothing_changed(letter, pharmacist, known_rpps):
    file = signed(letter, pharmacist)
    (one,) = verdicts(file, pharmacist)
    assert (one.name, one.title, one.rpps) == ("Camille Pharmacist", "Pharmacien", "10001234567")
    assert (one.practice, one.reason) == ("Pharmacie des Halles", "Auteur du document")
    assert (one.level, one.timestamp) == (Level.B_T, Timestamp.INTERNAL)
    assert (one.intact, one.trust, one.change, one.valid) == (True, Trust.KNOWN, Change.NONE, True)
    assert abs(one.at - datetime.now(UTC)) < timedelta(minutes=5)


def test_signing_validates_the_document_and_keeps_the_hash_of_the_file(letter, pharmacist):
    file = signed(letter, pharmacist)
    opened = open_document(document_id=letter.id, by=pharmacist)
    assert opened.validated_by == pharmacist.id
    (kept,) = signatures(pharmacist.practice_id, letter.id)
    assert kept.sha256 == hashlib.sha256(file).hexdigest()
    assert Entry.objects.filter(action="documents.sign").count() == 1


def test_pyhanko_judges_the_signature_valid(letter, pharmacist):
    file = signed(letter, pharmacist)
    trusted = [x509.Certificate.load(one) for one in roots(pharmacist.practice_id)]
    (found,) = PdfFileReader(io.BytesIO(file)).embedded_signatures
    status = validate_pdf_signature(found, ValidationContext(trust_roots=trusted, allow_fetching=False))
    assert status.bottom_line
    assert status.timestamp_validity.trusted
    assert found.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
def test_poppler_finds_the_signature_valid(letter, pharmacist, tmp_path):
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed(letter, pharmacist))
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    path.write_bytes(path.read_bytes().replace(b"/Filter/FlateDecode", b"/Filter/FlateDecodE", 1))
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." not in said


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_verifies_the_bytes_the_chain_and_the_timestamp(letter, pharmacist, tmp_path):
    file = signed(letter, pharmacist)
    (found,) = PdfFileReader(io.BytesIO(file)).embedded_signatures
    begin, size, again, rest = found.byte_range
    (tmp_path / "content").write_bytes(file[begin : begin + size] + file[again : again + rest])
    (tmp_path / "root.pem").write_bytes(authority_file(pharmacist.practice_id))
    whole = cms.ContentInfo({"content_type": "signed_data", "content": found.signed_data})
    (tmp_path / "cms").write_bytes(whole.dump())

    def verified():
        command = [
            "openssl", "cms", "-verify", "-inform", "DER", "-in", "cms", "-content", "content", "-binary",
            "-CAfile", "root.pem", "-purpose", "any", "-out", "out",
        ]  # fmt: skip
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0

    assert verified()
    token = found.signer_info["unsigned_attrs"][0]["values"][0]
    (tmp_path / "token").write_bytes(token.dump())
    imprint = hashlib.sha256(found.signer_info["signature"].native).hexdigest()
    asked = ["openssl", "ts", "-verify", "-token_in", "-in", "token", "-digest", imprint, "-CAfile", "root.pem"]
    assert subprocess.run(asked, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "content").write_bytes((tmp_path / "content").read_bytes() + b" ")
    assert not verified()


def test_the_signed_file_still_says_that_it_is_pdf_a_2b(letter, pharmacist):
    file = signed(letter, pharmacist)
    reader = PdfFileReader(io.BytesIO(file))
    unsigned = pdf.render_to_sign(letter.content)[0]
    before = PdfFileReader(io.BytesIO(unsigned))
    assert file.startswith(unsigned)
    assert reader.root["/Metadata"].data == before.root["/Metadata"].data
    metadata = reader.root["/Metadata"].data.decode()
    assert re.search(r"pdfaid:part(>|=\")2", metadata)
    assert re.search(r"pdfaid:conformance(>|=\")B", metadata)
    assert "/OutputIntents" in reader.root
    assert reader.trailer["/ID"][0] == before.trailer["/ID"][0]
    (field,) = [one.get_object() for one in reader.root["/AcroForm"]["/Fields"]]
    assert field["/F"] & 4  # printed
    assert not field["/F"] & 3  # neither invisible nor hidden
    assert "/N" in field["/AP"]
    everything = file + b"".join(streams(file))
    assert b"/NeedAppearances true" not in everything
    fonts = re.findall(rb"/Type ?/FontDescriptor.{0,400}", everything, re.DOTALL)
    assert fonts
    assert all(b"/FontFile" in one for one in fonts)


def test_two_people_sign_in_order_and_both_hold(letter, pharmacist, actor):
    second = actor("physician")
    first_file = signed(letter, pharmacist)
    file = signed(letter, second, reason=Reason.APPROVAL)
    assert file.startswith(first_file)
    one, two = verdicts(file, pharmacist)
    assert (one.name, two.name) == ("Camille Pharmacist", "Camille Physician")
    assert (one.change, two.change) == (Change.SIGNATURES, Change.NONE)
    assert one.valid and two.valid
    boxes = [found.sig_field["/Rect"] for found in PdfFileReader(io.BytesIO(file)).embedded_signatures]
    assert boxes[0][2] < boxes[1][0]


def test_a_fourth_signature_has_no_block_and_holds_as_well(letter, pharmacist, actor):
    for _ in range(4):
        file = signed(letter, actor("physician"))
    found = verdicts(file, pharmacist)
    assert [one.valid for one in found] == [True] * 4
    assert list(PdfFileReader(io.BytesIO(file)).embedded_signatures[3].sig_field["/Rect"]) == [0, 0, 0, 0]


def test_nobody_signs_twice_nor_what_she_did_not_read_nor_an_old_version(write, pharmacist):
    subject = uuid7()
    old = write(subject)
    with pytest.raises(ContentChanged):
        sign_document(document_id=old.id, digest="0" * 64, by=pharmacist)
    new = write(subject, title="Courrier corrigé")
    with pytest.raises(Replaced):
        sign_document(document_id=old.id, digest=old.digest, by=pharmacist)
    signed(new, pharmacist)
    with pytest.raises(AlreadySigned):
        sign_document(document_id=new.id, digest=new.digest, by=pharmacist)
    assert Signature.objects.count() == 1


def test_only_people_of_the_practice_sign(letter, pharmacist, actor, other_practice):
    program = service_actor(pharmacist.practice_id, "job", roles=frozenset({"pharmacist"}))
    with pytest.raises(OnlyPeopleSign):
        sign_document(document_id=letter.id, digest=letter.digest, by=program)
    for role in ("nurse", "secretary", "admin"):
        with pytest.raises(Forbidden):
            sign_document(document_id=letter.id, digest=letter.digest, by=actor(role))
    with pytest.raises(NotFound):
        sign_document(document_id=letter.id, digest=letter.digest, by=actor("pharmacist", practice=other_practice))


def test_a_validated_document_may_still_be_signed(letter, pharmacist, actor):
    validate_document(document_id=letter.id, digest=letter.digest, by=pharmacist)
    signed(letter, actor("physician"))
    assert open_document(document_id=letter.id, by=pharmacist).validated_by == pharmacist.id


def test_another_practice_does_not_know_the_certificate(letter, pharmacist, actor, other_practice):
    file = signed(letter, pharmacist)
    (one,) = verdicts(file, actor("pharmacist", practice=other_practice))
    assert (one.intact, one.trust, one.at, one.valid) == (True, Trust.UNKNOWN, None, False)


def test_an_authority_of_the_same_name_is_not_trusted(letter, pharmacist):
    file = signed(letter, pharmacist)
    forged = authority.make_root("Pharmacie des Halles", on=NOW)
    found = verification.verify(file, Anchors([forged.certificate_der()]), now=datetime.now(UTC))
    assert [one.trust for one in found.verdicts] == [Trust.UNKNOWN]


@pytest.mark.parametrize("where", [0.05, 0.3, 0.6, 0.9])
def test_one_altered_byte_is_found(letter, pharmacist, where):
    file = bytearray(signed(letter, pharmacist))
    (found,) = PdfFileReader(io.BytesIO(bytes(file))).embedded_signatures
    begin, size, _again, _rest = found.byte_range
    file[begin + int(size * where)] ^= 1
    try:
        (one,) = verdicts(bytes(file), pharmacist)
    except NotReadable:
        return
    assert not one.intact
    assert not one.valid


def test_what_is_added_after_the_last_signature_is_found(letter, pharmacist):
    file = signed(letter, pharmacist)
    writer = IncrementalPdfFileWriter(io.BytesIO(file))
    writer.root["/Lang"] = pdf_string("de")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    for changed in (out.getvalue(), file + b"\n% more"):
        (one,) = verdicts(changed, pharmacist)
        assert (one.intact, one.change, one.valid) == (True, Change.OTHER, False)


def test_a_timestamped_signature_outlives_its_certificate_and_another_does_not(letter, pharmacist, actor, monkeypatch):
    later = datetime.now(UTC) + timedelta(days=authority.PERSON_DAYS + 10)
    file = signed(letter, pharmacist)
    anchors = anchors_of(pharmacist.practice_id)
    assert [one.trust for one in verification.verify(file, anchors, now=later).verdicts] == [Trust.KNOWN]
    monkeypatch.setenv("EPIONE_TSA_URL", "none:")
    file = signed(letter, actor("physician"))
    assert [one.trust for one in verification.verify(file, anchors, now=later).verdicts] == [Trust.KNOWN, Trust.EXPIRED]


def test_without_a_timestamp_the_signature_says_b_b(letter, pharmacist, monkeypatch):
    monkeypatch.setenv("EPIONE_TSA_URL", "none:")
    (one,) = verdicts(signed(letter, pharmacist), pharmacist)
    assert (one.level, one.timestamp, one.at, one.valid) == (Level.B_B, Timestamp.NONE, None, True)
    assert one.claimed is not None
    assert signatures(pharmacist.practice_id, letter.id)[0].level == "B-B"


def test_an_authority_that_does_not_answer_signs_nothing(letter, pharmacist, monkeypatch, tmp_path):
    root = authority.make_root("TSA", on=NOW)
    (tmp_path / "tsa.pem").write_bytes(authority.pem(root.certificate_der()))
    monkeypatch.setenv("EPIONE_TSA_URL", f"rfc3161://127.0.0.1:9/tsa?ca={tmp_path / 'tsa.pem'}&tls=off")
    with pytest.raises(TimestampAway):
        sign_document(document_id=letter.id, digest=letter.digest, by=pharmacist)
    assert not Signature.objects.exists()
    assert open_document(document_id=letter.id, by=pharmacist).validated_at is None


def test_revoked_before_the_signature_is_refused_and_after_is_not(letter, pharmacist, actor):
    file = signed(letter, pharmacist)
    row = Certificate.objects.get(owner_id=pharmacist.id)
    assert revoke(person_id=pharmacist.id, why="keyCompromise", by=actor("admin")) == 1
    assert verdicts(file, pharmacist)[0].trust is Trust.KNOWN
    Certificate.objects.filter(id=row.id).update(revoked_at=datetime.now(UTC) - timedelta(days=1))
    assert verdicts(file, pharmacist)[0].trust is Trust.REVOKED
    listed = crypto.load_der_x509_crl(revocation_file(pharmacist.practice_id))
    assert listed.get_revoked_certificate_by_serial_number(int(row.serial)) is not None
    with pytest.raises(Forbidden):
        revoke(person_id=pharmacist.id, why="keyCompromise", by=pharmacist)


def test_a_new_certificate_is_made_after_revocation_and_when_a_title_changes(letter, pharmacist, actor):
    who = Signatory("Camille", "Pharmacien", "", "P", "x")
    first = certificate_of(pharmacist, who)
    assert certificate_of(pharmacist, who).id == first.id
    renamed = certificate_of(pharmacist, Signatory("Camille Rey", "Pharmacien", "", "P", "x"))
    assert renamed.id != first.id
    revoke(person_id=pharmacist.id, why="superseded", by=actor("admin"))
    assert certificate_of(pharmacist, who).id not in {first.id, renamed.id}


def test_private_keys_are_sealed_in_the_database(letter, pharmacist):
    signed(letter, pharmacist)
    for row in Certificate.objects.all():
        assert b"PRIVATE" not in bytes(row.sealed_key)
        with pytest.raises(ValueError):
            authority.load(bytes(row.der), bytes(row.sealed_key))


def test_profiles_of_the_certificates(letter, pharmacist):
    signed(letter, pharmacist)
    usage, extended = crypto.KeyUsage, crypto.ExtendedKeyUsage
    made = {row.purpose: crypto.load_der_x509_certificate(bytes(row.der)) for row in Certificate.objects.all()}
    root, clock, person = made["root"], made["clock"], made["person"]
    assert root.extensions.get_extension_for_class(crypto.BasicConstraints).value.path_length == 0
    assert root.extensions.get_extension_for_class(usage).value.key_cert_sign
    stamping = clock.extensions.get_extension_for_class(extended)
    assert stamping.critical
    assert [one.dotted_string for one in stamping.value] == ["1.3.6.1.5.5.7.3.8"]
    assert person.extensions.get_extension_for_class(usage).value.content_commitment
    assert [one.dotted_string for one in person.extensions.get_extension_for_class(extended).value] == [
        "1.3.6.1.5.5.7.3.36"
    ]
    for one in (clock, person):
        one.verify_directly_issued_by(root)
        assert one.not_valid_after_utc <= root.not_valid_after_utc


def test_an_outside_authority_is_told_apart(letter, pharmacist, monkeypatch):
    """The double answers as an RFC 3161 server would, by a certificate that does not come from the practice."""
    foreign = authority.make_root("Autorité d’horodatage", on=datetime.now(UTC))
    pair = authority.make_clock(foreign, "Autorité d’horodatage", on=datetime.now(UTC))
    double = timestamps.OwnClock(pair, foreign.certificate_der())

    async def answer(self, req):
        found = await double.async_request_tsa_response(req)
        self._check(found.dump(), req["message_imprint"]["hashed_message"].native)
        return found

    outside = timestamps.OutsideAuthority("https://tsa.example.org", foreign.certificate_der())
    monkeypatch.setattr(timestamps.OutsideAuthority, "async_request_tsa_response", answer)
    monkeypatch.setattr(timestamps, "configured", lambda: outside)
    (one,) = verdicts(signed(letter, pharmacist), pharmacist)
    assert (one.timestamp, one.valid) == (Timestamp.EXTERNAL, True)
    assert one.timestamp_authority == "Horodatage interne – Autorité d’horodatage"


def test_an_answer_for_another_digest_is_refused():
    foreign = authority.make_root("TSA", on=datetime.now(UTC))
    pair = authority.make_clock(foreign, "TSA", on=datetime.now(UTC))
    clock = timestamps.OwnClock(pair, foreign.certificate_der())
    _nonce, req = clock.request_cms(hashlib.sha256(b"this").digest(), "sha256")
    answer = asyncio.run(clock.async_request_tsa_response(req)).dump()
    checker = timestamps.OutsideAuthority("https://tsa.example.org", foreign.certificate_der())
    checker._check(answer, hashlib.sha256(b"this").digest())
    with pytest.raises(timestamps.AuthorityAway):
        checker._check(answer, hashlib.sha256(b"that").digest())


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"%PDF-1.7\n", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<</Root 1 0 R>>"]
)
def test_what_is_no_pdf_is_not_verified(content):
    with pytest.raises(NotReadable):
        verification.verify(content, Anchors(), now=NOW)


def test_the_child_process_answers_as_the_library_does(letter, pharmacist):
    file, anchors, now = signed(letter, pharmacist), anchors_of(pharmacist.practice_id), datetime.now(UTC)
    assert examine(file, anchors, now=now) == verification.verify(file, anchors, now=now)
    with pytest.raises(NotReadable):
        examine(b"%PDF-1.7 nothing", anchors, now=now)


def test_a_pdf_without_signature_is_not_valid(letter, pharmacist):
    file = export_document(document_id=letter.id, form="pdf", by=pharmacist)[0]
    found = verification.verify(file, anchors_of(pharmacist.practice_id), now=NOW)
    assert (found.verdicts, found.valid) == ((), False)


def test_two_makers_of_one_certificate_use_the_same(pharmacist, monkeypatch):
    from epione.documents.services import authority as service

    first = service.root_of(pharmacist)
    monkeypatch.setattr(service, "_current", lambda *_: None)
    with transaction.atomic():
        pair = authority.make_root("P", on=NOW)
        Certificate.objects.filter(id=first.id).update(name="root/2")
        again = service._keep(pharmacist, Certificate.Purpose.ROOT, None, "", pair, None)
    assert again.id == first.id


def test_the_language_of_the_block_is_that_of_the_document(write, pharmacist):
    file = signed(write(lang="en"), pharmacist)
    (one,) = verdicts(file, pharmacist)
    assert (one.reason, one.title) == ("Author of the document", "Pharmacist")


def test_the_signer_is_named_as_her_account_says(letter, pharmacist):
    person = get_user_model().objects.get(pk=pharmacist.id)
    assert verdicts(signed(letter, pharmacist), pharmacist)[0].name == person.get_full_name()
