"""What de-identification does beyond the table: identifiers, dates, descriptions, private data, pixels, marks."""

import struct
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageCms
from pydicom import Dataset, dcmread

from epione.imaging.domain.deid import POLICIES, Dates, Deidentified, Level, Policy, Rect, deidentify, outside_regions
from epione.imaging.domain.deid.dates import shifted
from epione.imaging.domain.deid.identifiers import Identifiers
from epione.imaging.domain.deid.secrets import Derived
from epione.imaging.domain.deid.text import cleaned
from epione.imaging.domain.dicom import NotDicom, read_header
from tests.imaging.compression import BASELINE, JPEG_2000, compressed
from tests.imaging.pixel_files import dataset, written

COMPLETE, LONGITUDINAL = POLICIES["complete"], POLICIES["longitudinal"]
SECRET = bytes(range(32))
CT, SECONDARY, ULTRASOUND = (f"1.2.840.10008.5.1.4.1.1.{one}" for one in ("2", "7", "6.1"))
SR, SEG, RTSTRUCT = (f"1.2.840.10008.5.1.4.1.1.{one}" for one in ("88.33", "66.4", "481.3"))


def ct(**elements: Any) -> Dataset:
    return dataset(np.arange(64, dtype="<u2").reshape(8, 8), **elements)


def done(file: Dataset, policy: Policy = COMPLETE, **options: Any) -> Deidentified:
    return deidentify(written(file), policy=policy, secret=SECRET, **options)


def read(result: Deidentified) -> Dataset:
    return dcmread(BytesIO(result.content))


def item(**elements: Any) -> Dataset:
    made = Dataset()
    for name, value in elements.items():
        setattr(made, name, value)
    return made


def test_the_output_is_a_valid_file_with_the_same_pixels_and_new_meta_information():
    file = ct()
    result = done(file)
    clean = read(result)
    assert clean.PixelData == file.PixelData
    assert result.content[:132] == bytes(128) + b"DICM"
    assert clean.file_meta.MediaStorageSOPInstanceUID == clean.SOPInstanceUID == result.new_sop_instance_uid
    assert clean.SOPInstanceUID.startswith("2.25.") and len(clean.SOPInstanceUID) <= 64
    assert [element.tag for element in clean] == sorted(element.tag for element in clean)


def test_type_2_attributes_stay_empty_and_type_3_ones_go():
    clean = read(done(ct(StudyDate="20200102", ContentDate="20200103", SeriesDate="20200104", AccessionNumber="A1", PatientBirthDate="19670707", ReferringPhysicianName="HOUSE^G")))  # fmt: skip
    assert [clean.StudyDate, clean.ContentDate, clean.AccessionNumber, clean.PatientBirthDate, str(clean.ReferringPhysicianName)] == [""] * 5  # fmt: skip
    assert "SeriesDate" not in clean


def test_marks_say_the_policy_the_edition_and_each_option():
    clean = read(done(ct(), LONGITUDINAL))
    assert clean.PatientIdentityRemoved == "YES"
    assert list(clean.DeidentificationMethod) == [
        "Epione, policy longitudinal",
        "PS3.15 Table E.1-1, edition 2025a+2026c",
    ]
    codes = [one.CodeValue for one in clean.DeidentificationMethodCodeSequence]
    assert codes == ["113100", "113103", "113104", "113105", "113107", "113108", "113111"]
    assert clean.LongitudinalTemporalInformationModified == "MODIFIED"


def test_references_between_objects_still_resolve():
    image, study = ct(), "1.2.3.4"
    image.StudyInstanceUID = study
    pointing = []
    for sop_class in (SEG, SR, RTSTRUCT):
        reference = item(ReferencedSOPClassUID=CT, ReferencedSOPInstanceUID=image.SOPInstanceUID)
        series = item(SeriesInstanceUID=image.SeriesInstanceUID, ReferencedInstanceSequence=[reference])
        other = ct(SOPClassUID=sop_class, SOPInstanceUID=f"1.2.3.{len(pointing)}", ReferencedSeriesSequence=[series])
        other.StudyInstanceUID = study
        pointing.append(read(done(other)))
    clean = read(done(image))
    for other in pointing:
        series = other.ReferencedSeriesSequence[0]
        assert other.StudyInstanceUID == clean.StudyInstanceUID != study
        assert series.SeriesInstanceUID == clean.SeriesInstanceUID
        assert series.ReferencedInstanceSequence[0].ReferencedSOPInstanceUID == clean.SOPInstanceUID
        assert series.ReferencedInstanceSequence[0].ReferencedSOPClassUID == CT


def test_another_secret_gives_other_identifiers_and_the_same_secret_the_same():
    first, again = done(ct()), done(ct())
    other = deidentify(written(ct()), policy=COMPLETE, secret=bytes(32))
    assert first.content == again.content
    assert {first.pseudonym, first.new_study_uid} & {other.pseudonym, other.new_study_uid} == set()
    with pytest.raises(ValueError, match="32 bytes"):
        Derived(b"short", "subject")


def test_one_patient_keeps_one_pseudonym_and_one_shift_and_the_practice_may_name_her():
    first, later = (
        done(ct(StudyDate="20200101"), LONGITUDINAL),
        done(ct(StudyDate="20210311", PatientName="OTHER"), LONGITUDINAL),
    )
    assert (first.pseudonym, first.date_offset_days) == (later.pseudonym, later.date_offset_days)
    days = [
        date(int(text[:4]), int(text[4:6]), int(text[6:])) for text in (read(first).StudyDate, read(later).StudyDate)
    ]
    assert days[1] - days[0] == date(2021, 3, 11) - date(2020, 1, 1)
    assert done(ct(IssuerOfPatientID="ELSEWHERE")).pseudonym != first.pseudonym
    assert done(ct(), subject="a").pseudonym == done(ct(PatientID="99999"), subject="a").pseudonym


@given(st.dates(date(1915, 1, 1)), st.dates(date(1915, 1, 1)), st.integers(-3650, -1))
def test_a_shift_keeps_every_interval(one: date, other: date, days: int):
    moved = [shifted(f"{day:%Y%m%d}", days) or "" for day in (one, other)]
    parsed = [date(int(text[:4]), int(text[4:6]), int(text[6:])) for text in moved]
    assert parsed[1] - parsed[0] == other - one


@pytest.mark.parametrize(
    ("text", "days", "expected"),
    [
        ("20200301", -1, "20200229"), ("20210301", -1, "20210228"), ("20200229", -366, "20190228"),
        ("20240331023000.000000+0100", -1, "20240330023000.000000+0100"), ("2024.03.31", -1, "20240330"),
        ("20240101\\20240102", 1, "20240102\\20240103"), ("202403", -1, None), ("20241350", -1, None),
        ("00010101", -1, None), ("20240101DUPONT", -1, None),
    ],
)  # fmt: skip
def test_dates_move_over_leap_days_and_keep_their_clock_and_zone(text: str, days: int, expected: str | None):
    assert shifted(text, days) == expected


def test_what_is_not_a_date_is_never_kept_by_a_shift():
    file = written(ct(AcquisitionDateTime="20200101101500"))
    result = deidentify(file.replace(b"20200101101500", b"CURIE MARIE XX"), policy=LONGITUDINAL, secret=SECRET)
    assert b"CURIE" not in result.content


def test_ages_above_89_are_capped_unless_the_policy_says_otherwise():
    assert [read(done(ct(PatientAge=age), LONGITUDINAL)).PatientAge for age in ("089Y", "093Y")] == ["089Y", "090Y"]
    assert read(done(ct(PatientAge="093Y"), POLICIES["permissive"])).PatientAge == "093Y"


def test_descriptions_keep_words_of_imaging_only():
    her = Identifiers(["DUPONT^Hélène", "PETIT^TÊTE"], ["4711-22"])
    assert cleaned("IRM cérébrale T2 FLAIR Mme Dupont 12/03/1960 Dr House 4711-22", her) == "IRM CEREBRALE T2 FLAIR"
    assert cleaned("Scanner thorax 1.25mm injecté, tete", her) == "SCANNER THORAX 1.25MM INJECTE"
    clean = read(done(ct(StudyDescription="Scanner CURIE thorax", SeriesDescription="Curie"), LONGITUDINAL))
    assert clean.StudyDescription == "SCANNER THORAX" and "SeriesDescription" not in clean


@pytest.mark.parametrize(("charset", "name", "text"), [
    ("ISO_IR 192", "Müller^Élodie", "muller seg 1"), ("ISO_IR 100", "Müller^Élodie", "de Mme MÜLLER"),
    ("GB18030", "王小东", "病人王小东的"), ("ISO_IR 144", "Иванов^Пётр", "для ИВАНОВ"),
])  # fmt: skip
def test_a_kept_text_that_names_the_patient_is_emptied_in_any_script(charset: str, name: str, text: str):
    file = ct(
        SpecificCharacterSet=charset, PatientName=name, SegmentSequence=[item(SegmentLabel=text)], ModalityLUTType="US"
    )
    result = done(file)
    assert read(result).SegmentSequence[0].SegmentLabel == ""
    assert {"path": "(0062,0002)[0](0062,0005)", "keyword": "SegmentLabel", "action": "emptied", "reason": "identifier"} in result.report.to_dict()["changes"]  # fmt: skip


def test_a_kept_text_that_names_nobody_stays_as_it_was():
    assert read(done(ct(SegmentSequence=[item(SegmentLabel="Curieuse lésion")], SpecificCharacterSet="ISO_IR 100"))).SegmentSequence[0].SegmentLabel == "Curieuse lésion"  # fmt: skip


def test_safe_private_attributes_stay_with_their_creator_and_others_go():
    file = ct()
    siemens = file.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    siemens.add_new(0x0C, "IS", "1000")
    siemens.add_new(0x7A, "LO", "Dr House")
    csa = file.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
    csa.add_new(0x10, "OB", b"CURIE binary")
    file.private_block(0x0099, "NOBODY KNOWS", create=True).add_new(0x01, "LO", "CURIE")
    kept = read(done(file, LONGITUDINAL))
    assert kept[0x0019, 0x100C].value == 1000 and kept[0x0019, 0x0010].value == "SIEMENS MR HEADER"
    assert [one.tag for one in kept if one.tag.is_private] == [0x00190010, 0x0019100C]
    assert not any(one.tag.is_private for one in read(done(file)))


def test_unknown_attributes_and_values_of_a_wrong_kind_are_removed():
    content = written(ct())
    at = content.index(b"\x20\0\x0d\0UI")
    smuggled = (
        struct.pack("<HH2sH", 0x0018, 0x7FFF, b"LO", 6)
        + b"CURIE "
        + struct.pack("<HH2sH", 0x0018, 0x9073, b"LO", 6)
        + b"CURIE "
    )
    result = deidentify(content[:at] + smuggled + content[at:], policy=COMPLETE, secret=SECRET)
    assert b"CURIE" not in result.content
    assert {change.reason for change in result.report.changes} >= {"unknown", "wrong_vr"}


def test_elements_out_of_order_or_twice_are_sorted_first():
    content = written(ct(StudyDescription="CURIE"))
    name = struct.pack("<HH2sH", 0x10, 0x10, b"PN", 6) + b"CURIE "
    pixels = content.index(b"\xe0\x7f\x10\0OW")
    result = deidentify(content[:pixels] + name + content[pixels:], policy=COMPLETE, secret=SECRET)
    assert b"CURIE" not in result.content and "reordered" in result.report.warnings
    assert read(result).PixelData == dcmread(BytesIO(content)).PixelData


def test_unknown_vr_sequences_are_read_as_implicit_ones():
    inner = struct.pack("<HHI", 0x10, 0x10, 6) + b"CURIE " + struct.pack("<HHI", 0x28, 0x10, 2) + b"\x08\0"
    sequence = struct.pack("<HHI", 0xFFFE, 0xE000, len(inner)) + inner
    element = struct.pack("<HH2sHI", 0x0018, 0x9346, b"UN", 0, len(sequence)) + sequence
    content = written(ct())
    at = content.index(b"\x20\0\x0d\0UI")
    clean = deidentify(content[:at] + element + content[at:], policy=COMPLETE, secret=SECRET)
    assert b"CURIE" not in clean.content
    assert read(clean)[0x0018, 0x9346].value[0].Rows == 8


def test_a_report_keeps_codes_numbers_and_references_and_loses_texts_and_names():
    def code(value: str, scheme: str, meaning: str) -> Dataset:
        return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)

    finding = code("121071", "DCM", "Finding")
    unit = code("mm", "UCUM", "mm")
    number = item(RelationshipType="CONTAINS", ValueType="NUM", ConceptNameCodeSequence=[finding])
    number.MeasuredValueSequence = [item(NumericValue="12.5", MeasurementUnitsCodeSequence=[unit])]
    text = item(
        RelationshipType="CONTAINS", ValueType="TEXT", ConceptNameCodeSequence=[finding], TextValue="CURIE has it"
    )
    person = item(RelationshipType="CONTAINS", ValueType="PNAME", ConceptNameCodeSequence=[finding], PersonName="CURIE")
    private = item(
        RelationshipType="CONTAINS", ValueType="CODE", ConceptNameCodeSequence=[code("1", "99CURIE", "CURIE")]
    )
    file = ct(SOPClassUID=SR, Modality="SR", ValueType="CONTAINER", ContentSequence=[text, number, person, private])
    del file.PixelData
    result = done(file, LONGITUDINAL)
    items = read(result).ContentSequence
    assert [one.ValueType for one in items] == ["NUM"]
    assert items[0].MeasuredValueSequence[0].NumericValue == 12.5
    assert b"CURIE" not in result.content
    assert read(done(file)).ContentSequence[0].TextValue == "Removed"


def test_a_colour_profile_keeps_its_numbers_and_loses_its_texts():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    result = done(ct(ICCProfile=profile))
    clean = read(result).ICCProfile
    colours = ImageCms.ImageCmsProfile(BytesIO(clean)).profile
    assert colours.red_primary == ImageCms.ImageCmsProfile(BytesIO(profile)).profile.red_primary
    assert b"text" not in clean and b"desc" not in clean and b"mluc" not in clean
    assert "ICCProfile" not in read(done(ct(ICCProfile=b"CURIE Marie ")))


@pytest.mark.parametrize(("syntax", "comment"), [
    (BASELINE, b"\xff\xfe\x00\x0eCURIE MARIE!"), (JPEG_2000, b"\xff\x64\x00\x10\x00\x01CURIE MARIE!"),
])  # fmt: skip
def test_comments_inside_compressed_pixels_are_blanked_in_place(syntax: str, comment: bytes):
    frame = np.arange(4096, dtype="u2").astype("u1").reshape(64, 64)
    stream = compressed(frame, syntax)
    after = 2 if syntax == BASELINE else 4 + int.from_bytes(stream[4:6], "big")
    commented = stream[:after] + comment + stream[after:]
    file = dataset(frame)
    content = written(file, syntax, [commented])
    result = deidentify(content, policy=COMPLETE, secret=SECRET)
    assert b"CURIE" not in result.content and len(result.content) > len(stream)
    before, now = dcmread(BytesIO(content)), read(result)
    assert np.array_equal(before.pixel_array, now.pixel_array)


def test_bytes_hidden_behind_the_pixels_are_cut():
    file = ct()
    file.PixelData += b"CURIE behind "
    result = done(file)
    assert b"CURIE" not in result.content and len(read(result).PixelData) == 128


def test_signatures_and_padding_after_the_pixels_go():
    file = ct(DataSetTrailingPadding=b"CURIE padding ")
    file.DigitalSignaturesSequence = [item(MACIDNumber=1, CertificateOfSigner=b"CURIE ")]
    result = done(file)
    assert b"CURIE" not in result.content and "DigitalSignaturesSequence" not in read(result)


@pytest.mark.parametrize(("elements", "level", "reason"), [
    ({}, Level.CLEAN, None),
    ({"BurnedInAnnotation": "YES"}, Level.BURNED_IN, "declared_yes"),
    ({"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, Level.DOUBTFUL, "screen_or_label"),
    ({"ImageType": ["DERIVED", "SECONDARY"]}, Level.DOUBTFUL, "derived_secondary"),
    ({"SOPClassUID": SECONDARY}, Level.DOUBTFUL, "secondary_capture"),
    ({"SOPClassUID": SECONDARY, "BurnedInAnnotation": "NO"}, Level.CLEAN, None),
    ({"SOPClassUID": SECONDARY, "BurnedInAnnotation": "NO", "ConversionType": "SD"}, Level.DOUBTFUL, "scanned"),
    ({"SOPClassUID": ULTRASOUND, "Modality": "US"}, Level.DOUBTFUL, "ultrasound"),
    ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.1", "Modality": "CR"}, Level.DOUBTFUL, "not_declared"),
])  # fmt: skip
def test_identity_is_said_removed_only_when_nothing_burned_in_is_pending(
    elements: dict[str, Any], level: Level, reason: str | None
):
    result = done(ct(**elements))
    assert result.risk.level is level
    assert reason is None or reason in result.risk.reasons
    assert read(result).PatientIdentityRemoved == ("YES" if level is Level.CLEAN else "NO")


def test_masks_paint_every_frame_and_only_a_person_lifts_the_doubt():
    frames = np.full((3, 8, 8), 7, "<u2")
    file = dataset(frames, SOPClassUID=ULTRASOUND, Modality="US")
    painted = done(file, masks=[Rect(0, 0, 8, 2)])
    assert read(painted).pixel_array[:, :2].max() == 0 and read(painted).pixel_array[:, 2:].min() == 7
    assert not painted.identity_removed
    seen = done(file, masks=[Rect(0, 0, 8, 2)], confirmed=True)
    assert seen.identity_removed and "113101" in [
        one.CodeValue for one in read(seen).DeidentificationMethodCodeSequence
    ]
    with pytest.raises(NotDicom, match="outside"):
        done(file, masks=[Rect(0, 0, 9, 2)])


def test_an_ultrasound_image_tells_what_lies_outside_its_regions():
    region = item(RegionLocationMinX0=2, RegionLocationMinY0=3, RegionLocationMaxX1=6, RegionLocationMaxY1=7)
    header = read_header(written(ct(SequenceOfUltrasoundRegions=[region])))
    assert outside_regions(header) == (Rect(0, 0, 8, 3), Rect(0, 3, 2, 5), Rect(7, 3, 1, 5))


def test_heads_are_warned_about():
    assert done(ct(BodyPartExamined="HEAD")).risk.face
    assert not done(ct(BodyPartExamined="CHEST")).risk.face


@pytest.mark.parametrize(("elements", "code"), [
    ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.104.1"}, "encapsulated_document"),
    ({"SOPInstanceUID": ""}, "bad_uid"),
])  # fmt: skip
def test_what_cannot_be_de_identified_is_refused(elements: dict[str, Any], code: str):
    file = ct()
    content = written(file)
    for name, value in elements.items():
        old = str(getattr(file, name)).encode()
        old += b"\0" * (len(old) % 2)
        size = len(old)
        new = str(value).encode().ljust(size, b"\0")
        content = content.replace(old, new) if len(new) == size else written(ct(**elements))
    with pytest.raises(NotDicom) as caught:
        deidentify(content, policy=COMPLETE, secret=SECRET)
    assert caught.value.code == code


def test_the_original_identity_is_handed_over_for_the_crosswalk():
    original = done(ct(PatientSex="F", AccessionNumber="A7", StudyDate="20200101")).original
    assert (original.patient_id, original.patient_name, original.sex) == ("4711", "CURIE^Marie", "F")
    assert (original.accession_number, original.study_date) == ("A7", "20200101")
    assert done(ct(), replace(COMPLETE, dates=Dates.KEEP)).date_offset_days == 0


def test_a_malformed_identifier_is_replaced_or_where_it_would_be_kept_refused():
    file = written(ct(StudyInstanceUID="1.2.3.4.5.66"))
    broken = file.replace(b"1.2.3.4.5.66", b"1.2.\xff\xfe.CURIE")
    assert deidentify(broken, policy=COMPLETE, secret=SECRET).new_study_uid.startswith("2.25.")
    with pytest.raises(NotDicom) as caught:
        deidentify(broken, policy=POLICIES["permissive"], secret=SECRET)
    assert caught.value.code == "bad_uid"
