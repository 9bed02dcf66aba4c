"""One of each thing of imaging in a practice, its texts holding a word: for the tests that walk every address."""

from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from epione.imaging import services
from epione.imaging.models import Refusal
from epione.imaging.services.reports import start_report
from epione.inference.models import Answer, Model
from epione.kernel.actor import Actor

from .synthetic import encoded, image, ultrasound


def one_of_each(*, patient_id: UUID, word: str, by: Actor) -> dict[str, Any]:
    """Ids by the names that addresses give them."""
    named = {"PatientName": f"{word}^{word}", "PatientID": word, "InstitutionName": word}
    files = [encoded(image(**named)), encoded(ultrasound(**named)), word.encode() * 40]
    first, waiting, _refused = services.receive(contents=files, source="upload", by=by)
    assert isinstance(first, services.Received)
    assert isinstance(waiting, services.Received)
    services.link_study(study_id=first.study_id, patient_id=patient_id, confirmed=True, by=by)
    opened = services.open_study(study_id=first.study_id, by=by)
    points = [(1.0, 1.0), (20.0, 20.0)]
    measure = services.add_measure(instance_id=first.instance_id, frame=1, kind="length", points=points, by=by)
    services.analyse_image(instance_id=first.instance_id, by=by)
    report = start_report(study_id=first.study_id, by=by, lang=get_language() or "fr")
    title = f"CT{str(by.practice_id)[-8:]}"
    peer = services.add_peer(ae_title=title, host="192.0.2.7", port=104, may=frozenset(services.MAY), by=by)
    answer = Answer.objects.of_practice(by.practice_id).first()
    model = Model.objects.of_practice(by.practice_id).first()
    assert answer is not None
    assert model is not None
    return {
        "image_id": str(first.instance_id),
        "instance_id": str(first.instance_id),
        "study_id": str(first.study_id),
        "series_id": str(opened.series[0].id),
        "peer_id": str(peer.id),
        "study_uid": first.study_uid,
        "series_uid": first.series_uid,
        "sop_uid": first.sop_uid,
        "measure_id": str(measure.id),
        "refusal_id": str(Refusal.objects.of_practice(by.practice_id).get().id),
        "report_id": str(report.id),
        "answer_id": str(answer.id),
        "about_id": str(first.instance_id),
        "model_id": str(model.id),
    }
