"""The matrix of operations: each call of the API and each page with the scopes that open it.

With the table of roles beside it, this is the whole of who may do what: the guards of the API read it, and a test walks
every operation with every role. A call opens to any one of its scopes; a service may still refuse (another's record).
"""

PUBLIC = "public"
"""Open to a stranger: the way in, the state of the service."""

SIGNED_IN = "account:read"
"""Open to anybody who is signed in."""

_READ_PATIENT = ("patients:read", "own_data:read")

OPERATIONS: dict[str, tuple[str, ...]] = {
    "POST /auth/register": (PUBLIC,),
    "POST /auth/login": (PUBLIC,),
    "POST /auth/refresh": (PUBLIC,),
    "POST /auth/logout": (PUBLIC,),
    "GET /auth/me": (SIGNED_IN,),
    "GET /jobs/{job_id}": (SIGNED_IN,),
    "POST /jobs/{job_id}/cancel": (SIGNED_IN,),
    "GET /patients": ("patients:read",),
    "POST /patients": ("patients:write",),
    "POST /patients/_search": ("patients:read",),
    "GET /patients/{patient_id}": _READ_PATIENT,
    "PUT /patients/{patient_id}": ("patients:write",),
    "DELETE /patients/{patient_id}": ("patients:write",),
    "POST /patients/{patient_id}/merge": ("patients:write",),
    "POST /patients/{patient_id}/unmerge": ("patients:write",),
    "GET /patients/{patient_id}/facts": _READ_PATIENT,
    "POST /patients/{patient_id}/facts": ("patients:write",),
    "PUT /patients/{patient_id}/facts/{fact_id}": ("patients:write",),
    "POST /patients/{patient_id}/facts/{fact_id}/retract": ("patients:write",),
    "POST /fhir/import": ("prescriptions:write",),
    "GET /fhir/patients/{patient_id}": ("prescriptions:read",),
    "GET /medications/search": ("medications:read",),
    "GET /medications/resolve": ("medications:read",),
    "GET /medications/specialities/{cis}": ("medications:read",),
    "GET /medications/interactions": ("medications:read",),
    "GET /medications/specialities/{cis}/sheet": ("medications:read",),
    "GET /medications/specialities/{cis}/history": ("medications:read",),
    "POST /medications/specialities/{cis}/atc": ("medication_reviews:write",),
    "GET /medications/catalogue": ("medications:read",),
    "GET /prescriptions/posology": ("prescriptions:read",),
    "GET /prescriptions/patients/{patient_id}/lines": ("prescriptions:read",),
    "POST /prescriptions/patients/{patient_id}/lines": ("prescriptions:write",),
    "POST /prescriptions/patients/{patient_id}/validate": ("prescriptions:write",),
    "GET /prescriptions/lines/{line_id}": ("prescriptions:read",),
    "PUT /prescriptions/lines/{line_id}": ("prescriptions:write",),
    "DELETE /prescriptions/lines/{line_id}": ("prescriptions:write",),
    "POST /prescriptions/lines/{line_id}/stop": ("prescriptions:write",),
    "POST /prescriptions/lines/{line_id}/restore": ("prescriptions:write",),
    "GET /prescriptions/lines/{line_id}/history": ("prescriptions:read",),
}
"""`METHOD /path` under the API's base -> scopes, any one of which opens it."""

PAGES: dict[str, str] = {
    "home": SIGNED_IN,
    "search": SIGNED_IN,
    "identity:account": SIGNED_IN,
    "identity:here": SIGNED_IN,
    "identity:choose-practice": "account:write",
    "identity:end-device": "account:write",
    "identity:emergency": "account:write",
    "identity:end-emergency": "account:write",
    "identity:people": "people:read",
    "identity:new-person": "people:write",
    "identity:person-roles": "people:write",
    "identity:new-password": "people:write",
    "identity:act-on-person": "people:write",
    "identity:emergencies": "emergencies:read",
    "identity:review-emergency": "emergencies:write",
    "patients:list": "patients:read",
    "patients:results": "patients:read",
    "patients:new": "patients:write",
    "patients:record": "patients:read",
    "patients:timeline": "patients:read",
    "patients:identity": "patients:write",
    "patients:measurements": "patients:read",
    "patients:add-allergy": "patients:write",
    "patients:add-problem": "patients:write",
    "patients:add-observation": "patients:write",
    "patients:retract": "patients:write",
    "patients:merge": "patients:write",
    "patients:access": "patients:read",
    "documents:list": "documents:read",
    "documents:patient": "documents:read",
    "documents:document": "documents:read",
    "documents:validate": "documents:write",
    "documents:download": "documents:read",
    "ledger:list": "audit:read",
    "ledger:verify": "audit:read",
    "ledger:checkpoint": "audit:read",
    "ledger:retention": "audit:read",
    "ledger:export": "audit:read",
    "ledger:entry": "audit:read",
    "ledger:proof": "audit:read",
    "fhir:import": "prescriptions:write",
    "fhir:export": "prescriptions:read",
    "prescriptions:drugs": "medications:read",
    "prescriptions:reading": "prescriptions:read",
    "prescriptions:treatment": "prescriptions:read",
    "prescriptions:add": "prescriptions:write",
    "prescriptions:paste": "prescriptions:write",
    "prescriptions:validate": "prescriptions:write",
    "prescriptions:change": "prescriptions:write",
    "prescriptions:stop": "prescriptions:write",
    "prescriptions:remove": "prescriptions:write",
    "prescriptions:restore": "prescriptions:write",
    "prescriptions:history": "prescriptions:read",
    "medication_reviews:worklist": "medication_reviews:read",
    "medication_reviews:screen": "medication_reviews:write",
    "medication_reviews:patient": "medication_reviews:read",
    "medication_reviews:review": "medication_reviews:read",
    "medication_reviews:collection": "medication_reviews:read",
    "medication_reviews:analysis": "medication_reviews:read",
    "medication_reviews:run": "medication_reviews:write",
    "medication_reviews:answer": "medication_reviews:write",
    "medication_reviews:recommend": "medication_reviews:write",
    "medication_reviews:what-if": "medication_reviews:read",
    "medication_reviews:smallest": "medication_reviews:read",
    "medication_reviews:adopt": "medication_reviews:write",
    "medication_reviews:card": "medication_reviews:read",
    "medication_reviews:decide": "medication_reviews:write",
    "medication_reviews:undo": "medication_reviews:write",
    "medication_reviews:evidence": "medication_reviews:read",
    "medication_reviews:letter": "medication_reviews:read",
    "medication_reviews:write": "medication_reviews:write",
    "medication_reviews:send": "medication_reviews:write",
    "medication_reviews:second": "medication_reviews:write",
    "medication_reviews:validate": "medication_reviews:write",
    "medication_reviews:download": "medication_reviews:read",
    "medication_reviews:answered": "medication_reviews:write",
    "medication_reviews:interview": "medication_reviews:read",
    "medication_reviews:follow-up": "medication_reviews:read",
}
"""Name of a page -> the scope that its guard declares."""

OPEN_PAGES: frozenset[str] = frozenset(
    {
        "health",
        "health/live",
        "health/ready",
        "metrics",
        "docs",
        "redoc",
        "set_language",
        "kit:theme",
        "kit:menu",
        "kit:manifest",
        "identity:sign-in-help",
        "identity:resume",
        "identity:lock",
        "identity:psc",
        "identity:psc-callback",
        "identity:psc-activity",
        "identity:second-factor",
        "account_login",
        "account_logout",
        "account_inactive",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "provider-token",
    }
)
"""Pages without a scope: what they show is nobody's data, or they are the way in and ask for their own proof."""


def key_of(method: str, path: str) -> str:
    """The name of a call in the table; converters of parameters are left out."""
    parts = [
        f"{{{part.strip('{}<>').rpartition(':')[2]}}}" if part.startswith(("{", "<")) else part
        for part in path.split("/")
    ]
    return f"{method} {'/'.join(parts)}"
