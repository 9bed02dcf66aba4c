"""Who the demo practice is made of. Every name is invented."""

from dataclasses import dataclass, field

PRACTICE = "Maison de santé des Tilleuls"
FINESS = "750712184"
SITES = ("Pharmacie des Tilleuls", "Cabinet des Tilleuls")

# username, first name, family name, roles
STAFF = (
    ("camille.rey", "Camille", "Rey", ("pharmacist",)),
    ("paul.sorel", "Paul", "Sorel", ("pharmacist",)),
    ("helene.aubry", "Hélène", "Aubry", ("physician",)),
    ("ines.faure", "Inès", "Faure", ("nurse",)),
    ("marc.dubreuil", "Marc", "Dubreuil", ("surgeon",)),
    ("lea.chabot", "Léa", "Chabot", ("radiologist",)),
    ("nadia.bensalem", "Nadia", "Bensalem", ("secretary",)),
    ("louis.garnier", "Louis", "Garnier", ("admin",)),
    ("anne.vidal", "Anne", "Vidal", ("auditor",)),
)


@dataclass(frozen=True, slots=True)
class DemoPatient:
    """A patient: `lines` are (medicine as typed, posology, indication, months since the start, source).

    `series` are measurements (code, unit, values from the oldest to the newest, one every `every` months);
    `flags` answers already known; `review` the step to which the demo brings the review ("" for none).
    """

    first_name: str
    last_name: str
    born: tuple[int, int, int]
    sex: str
    lines: tuple[tuple[str, str, str, int, str], ...]
    problems: tuple[tuple[str, str, int], ...] = ()
    allergies: tuple[tuple[str, str, int], ...] | None = ()
    series: tuple[tuple[str, str, tuple[float, ...]], ...] = ()
    every: int = 2
    flags: dict[str, bool] = field(default_factory=dict)
    physician: str = "Dr Hélène Aubry"
    review: str = ""
    past: tuple[tuple[str, str, int, int], ...] = ()


P, S = "prescribed", "self"

PATIENTS: tuple[DemoPatient, ...] = (
    DemoPatient(
        "Jeanne",
        "Vasseur",
        (1942, 3, 12),
        "female",
        (
            ("eliquis 5 mg", "1-0-1", "fibrillation atriale", 60, P),
            ("cordarone 200 mg", "1-0-0", "fibrillation atriale", 40, P),
            ("bisoprolol 2,5 mg", "1-0-0", "insuffisance cardiaque", 84, P),
            ("escitalopram 10 mg", "1-0-0", "anxiété", 21, P),
            ("furosemide 40 mg", "1-0-0", "insuffisance cardiaque", 84, P),
            ("ibuprofene 400 mg", "1 cp si besoin", "", 5, S),
            ("ramipril 5 mg", "1-0-0", "insuffisance cardiaque", 84, P),
            ("spironolactone 25 mg", "1-0-0", "insuffisance cardiaque", 5, P),
            ("metformine 1000 mg", "1-0-1", "diabète de type 2", 120, P),
            ("oxybutynine 5 mg", "1-0-1", "vessie hyperactive", 30, P),
            ("zopiclone 7,5 mg", "0-0-0-1", "sommeil", 14, P),
            ("atorvastatine 40 mg", "0-0-1", "prévention secondaire", 120, P),
        ),
        (
            ("I48", "Fibrillation atriale", 60),
            ("I50", "Insuffisance cardiaque", 84),
            ("E11", "Diabète de type 2", 170),
            ("N18.3", "Maladie rénale chronique", 36),
            ("F41", "Anxiété", 21),
        ),
        (("Pénicilline", "urticaire", 200),),
        (
            ("creatinine", "µmol/L", (84, 86, 85, 90, 92, 95, 93, 98, 100, 112, 120, 126, 132)),
            ("potassium", "mmol/L", (4.2, 4.3, 4.2, 4.4, 4.4, 4.5, 4.6, 4.9, 5.1)),
            ("sodium", "mmol/L", (138, 138, 137, 137, 136, 135, 134)),
            ("haemoglobin", "g/dL", (12.5, 12.1, 11.9, 11.4)),
            ("hba1c", "%", (6.9, 6.6, 6.4)),
            ("weight", "kg", (61, 60, 59, 58)),
            ("height", "cm", (159,)),
            ("qtc", "ms", (446, 462, 478)),
            ("heart_rate", "/min", (72, 66, 64)),
            ("sbp", "mmHg", (142, 136, 128)),
        ),
        flags={"recurrent_falls": False},
        review="analysis",
        past=(("tramadol 50 mg", "1 gélule si besoin", 30, 24),),
    ),
    DemoPatient(
        "Lucien",
        "Brunet",
        (1947, 6, 2),
        "male",
        (
            ("previscan 20 mg", "0-0-1", "fibrillation atriale", 96, P),
            ("kardegic 75 mg", "0-1-0", "coronaropathie", 96, P),
            ("bisoprolol 5 mg", "1-0-0", "coronaropathie", 96, P),
            ("verapamil 120 mg", "1-0-1", "angor", 12, P),
            ("perindopril 5 mg", "1-0-0", "hypertension", 96, P),
            ("indapamide 1,5 mg", "1-0-0", "hypertension", 60, P),
            ("allopurinol 300 mg", "0-1-0", "goutte", 40, P),
            ("colchicine 1 mg", "1 cp si besoin", "goutte", 10, P),
            ("rosuvastatine 20 mg", "0-0-1", "coronaropathie", 96, P),
            ("omeprazole 20 mg", "1-0-0", "", 80, P),
            ("tamsulosine 0,4 mg", "0-0-1", "hypertrophie de la prostate", 50, P),
            ("tramadol 100 mg", "1-0-1", "lombalgie", 8, P),
            ("paroxetine 20 mg", "1-0-0", "dépression", 30, P),
            ("lormetazepam 1 mg", "0-0-0-1", "sommeil", 60, P),
        ),
        (
            ("I48", "Fibrillation atriale", 96),
            ("I25", "Coronaropathie", 96),
            ("I10", "Hypertension", 200),
            ("M10", "Goutte", 40),
            ("N40", "Hypertrophie de la prostate", 50),
            ("F32", "Épisode dépressif", 30),
        ),
        None,
        (
            ("creatinine", "µmol/L", (96, 99, 104, 110)),
            ("potassium", "mmol/L", (4.0, 3.9, 3.6)),
            ("sodium", "mmol/L", (138, 134)),
            ("weight", "kg", (82, 80)),
            ("inr", "{INR}", (2.4, 3.1, 2.9)),
            ("heart_rate", "/min", (58, 52)),
        ),
        physician="Dr Youssef Sall",
        review="analysis",
    ),
    DemoPatient(
        "Fatma",
        "Ozdemir",
        (1955, 1, 20),
        "female",
        (
            ("metformine 850 mg", "1-0-1", "diabète de type 2", 100, P),
            ("gliclazide 60 mg", "1-0-0", "diabète de type 2", 60, P),
            ("irbesartan 150 mg", "1-0-0", "hypertension", 90, P),
            ("hydrochlorothiazide 25 mg", "1-0-0", "hypertension", 40, P),
            ("levothyrox 75", "1-0-0", "hypothyroïdie", 150, P),
            ("calcidose 500", "0-1-0", "ostéoporose", 24, P),
            ("pregabaline 75 mg", "1-0-1", "douleur neuropathique", 12, P),
            ("doliprane 1 g", "1 cp si besoin", "", 6, S),
            ("amitriptyline 25 mg", "0-0-0-1", "douleur neuropathique", 9, P),
        ),
        (
            ("E11", "Diabète de type 2", 100),
            ("I10", "Hypertension", 90),
            ("E03", "Hypothyroïdie", 150),
            ("M81", "Ostéoporose", 24),
        ),
        (),
        (
            ("creatinine", "µmol/L", (68, 71, 74)),
            ("hba1c", "%", (7.4, 7.1)),
            ("weight", "kg", (71, 70)),
            ("potassium", "mmol/L", (4.3,)),
        ),
        review="collection",
    ),
    DemoPatient(
        "Irène",
        "Kowalski",
        (1938, 9, 30),
        "female",
        (
            ("donepezil 10 mg", "0-0-0-1", "maladie d’Alzheimer", 36, P),
            ("oxybutynine 5 mg", "1-0-1", "incontinence", 12, P),
            ("risperidone 1 mg", "0-0-1", "agitation", 8, P),
            ("furosemide 20 mg", "1-0-0", "œdèmes", 20, P),
            ("amlodipine 10 mg", "1-0-0", "hypertension", 60, P),
            ("pantoprazole 40 mg", "1-0-0", "", 70, P),
            ("alprazolam 0,25 mg", "1-0-1", "anxiété", 48, P),
            ("macrogol 4000", "1 sachet par jour", "constipation", 15, P),
            ("kardegic 75 mg", "0-1-0", "", 90, P),
            ("ferrous", "1-0-0", "anémie", 6, P),
            ("uvedose 100000", "1 ampoule tous les 90 jours", "carence", 24, P),
        ),
        (("G30", "Maladie d’Alzheimer", 36), ("I10", "Hypertension", 60), ("R32", "Incontinence", 12)),
        (),
        (
            ("creatinine", "µmol/L", (72, 78)),
            ("weight", "kg", (52, 49)),
            ("haemoglobin", "g/dL", (10.8, 11.2)),
            ("sbp", "mmHg", (138, 118)),
        ),
        flags={"recurrent_falls": True},
        physician="Dr Klaus Weber",
        review="letter",
    ),
    DemoPatient(
        "José",
        "Martins",
        (1950, 4, 4),
        "male",
        (
            ("lithium 400 mg", "0-0-1", "trouble bipolaire", 160, P),
            ("perindopril 5 mg", "1-0-0", "hypertension", 6, P),
            ("ketoprofene 100 mg", "1 cp si besoin", "", 4, S),
            ("simvastatine 40 mg", "0-0-1", "dyslipidémie", 80, P),
            ("clarithromycine 500 mg", "1-0-1", "bronchite", 0, P),
            ("omeprazole 20 mg", "1-0-0", "", 30, P),
            ("metformine 500 mg", "1-0-1", "diabète de type 2", 40, P),
            ("ventoline", "1 bouffée si besoin", "BPCO", 60, P),
        ),
        (
            ("F31", "Trouble bipolaire", 160),
            ("I10", "Hypertension", 8),
            ("J44", "BPCO", 60),
            ("E11", "Diabète de type 2", 40),
        ),
        (("Iode", "malaise", 90),),
        (("creatinine", "µmol/L", (88, 97, 108)), ("sodium", "mmol/L", (139,)), ("weight", "kg", (77,))),
        physician="Dr Youssef Sall",
        review="interview",
    ),
    DemoPatient(
        "Zohra",
        "Hamidi",
        (1944, 11, 11),
        "female",
        (
            ("xarelto 20 mg", "0-0-1", "phlébite", 3, P),
            ("sertraline 50 mg", "1-0-0", "dépression", 20, P),
            ("diclofenac 50 mg", "1-0-1", "arthrose", 2, P),
            ("lasilix 40 mg", "1-0-0", "insuffisance cardiaque", 30, P),
            ("candesartan 8 mg", "1-0-0", "insuffisance cardiaque", 30, P),
            ("nebivolol 5 mg", "1-0-0", "insuffisance cardiaque", 30, P),
            ("diffu k", "1-0-1", "", 12, P),
            ("digoxine 0,25 mg", "1-0-0", "fibrillation atriale", 60, P),
            ("prednisone 5 mg", "1-0-0", "polyarthrite", 14, P),
            ("doliprane 1000 mg", "1-1-1", "arthrose", 40, P),
        ),
        (
            ("I50", "Insuffisance cardiaque", 30),
            ("I48", "Fibrillation atriale", 60),
            ("I80", "Phlébite", 3),
            ("M06", "Polyarthrite", 14),
        ),
        (),
        (
            ("creatinine", "µmol/L", (102, 118, 124)),
            ("potassium", "mmol/L", (4.8, 5.4)),
            ("weight", "kg", (66, 64)),
            ("lvef", "%", (38,)),
        ),
        review="follow_up",
    ),
    DemoPatient(
        "André",
        "Petit",
        (1959, 2, 17),
        "male",
        (
            ("plavix 75 mg", "0-1-0", "artériopathie", 20, P),
            ("esomeprazole 40 mg", "1-0-0", "reflux", 60, P),
            ("atorvastatine 80 mg", "0-0-1", "artériopathie", 20, P),
            ("ramipril 10 mg", "1-0-0", "hypertension", 60, P),
            ("amlodipine 5 mg", "1-0-0", "hypertension", 60, P),
            ("varenicline 1 mg", "1-0-1", "sevrage tabagique", 1, P),
            ("seresta 10 mg", "1-0-1", "anxiété", 10, P),
        ),
        (("I73", "Artériopathie", 20), ("I10", "Hypertension", 60), ("K21", "Reflux", 60)),
        (),
        (("creatinine", "µmol/L", (81, 83)), ("weight", "kg", (84,)), ("potassium", "mmol/L", (4.4,))),
        physician="Dr Klaus Weber",
        review="complete",
    ),
    DemoPatient(
        "Bernard",
        "Leroux",
        (1949, 8, 8),
        "male",
        (
            ("methotrexate 2,5 mg", "4 cp par semaine", "polyarthrite", 80, P),
            ("bactrim forte", "1-0-1", "infection urinaire", 0, P),
            ("speciafoldine 5 mg", "1 cp par semaine", "polyarthrite", 80, P),
            ("naproxene 550 mg", "1 cp si besoin", "polyarthrite", 60, P),
            ("lansoprazole 30 mg", "1-0-0", "", 60, P),
            ("coaprovel 300/12,5", "1-0-0", "hypertension", 70, P),
        ),
        (("M05", "Polyarthrite rhumatoïde", 80), ("I10", "Hypertension", 70)),
        (),
        (("creatinine", "µmol/L", (92, 95)), ("weight", "kg", (79,)), ("haemoglobin", "g/dL", (12.9,))),
    ),
    DemoPatient(
        "Van Tai",
        "Nguyen",
        (1953, 5, 25),
        "male",
        (
            ("entecavir 0,5 mg", "1-0-0", "hépatite B", 70, P),
            ("lercanidipine 10 mg", "1-0-0", "hypertension", 60, P),
            ("januvia 100 mg", "1-0-0", "diabète de type 2", 30, P),
            ("metformine 1000 mg", "1-0-1", "diabète de type 2", 60, P),
            ("ezetimibe 10 mg", "0-0-1", "dyslipidémie", 40, P),
            ("millepertuis", "1-0-0", "", 2, S),
        ),
        (("B18", "Hépatite B chronique", 70), ("E11", "Diabète de type 2", 60), ("I10", "Hypertension", 60)),
        (),
        (("creatinine", "µmol/L", (77,)), ("weight", "kg", (63,))),
    ),
    DemoPatient(
        "Maria",
        "Costa",
        (1946, 12, 1),
        "female",
        (
            ("fosamax 70 mg", "1 cp par semaine", "ostéoporose", 96, P),
            ("levodopa carbidopa 100", "1-1-1", "maladie de Parkinson", 40, P),
            ("metoclopramide 10 mg", "1 cp si besoin", "nausées", 2, P),
            ("clonazepam 2 mg", "0-0-0-1", "sommeil", 50, P),
            ("venlafaxine 75 mg", "1-0-0", "dépression", 30, P),
            ("bisacodyl 5 mg", "0-0-0-1", "constipation", 20, S),
        ),
        (("G20", "Maladie de Parkinson", 40), ("M81", "Ostéoporose", 96), ("F32", "Épisode dépressif", 30)),
        None,
        (("creatinine", "µmol/L", (65,)), ("weight", "kg", (55, 53))),
        flags={"recurrent_falls": True},
    ),
)

# For the worklist of eligible patients: family name, first name, birth year, sex, which treatment of TREATMENTS.
OTHERS = (
    ("Lambert", "Odette", 1940, "female", 0),
    ("Rousseau", "Gérard", 1948, "male", 1),
    ("Fontaine", "Colette", 1943, "female", 2),
    ("Chevalier", "Roger", 1951, "male", 3),
    ("Gauthier", "Simone", 1937, "female", 0),
    ("Perrin", "Jacques", 1945, "male", 1),
    ("Marchand", "Yvette", 1956, "female", 3),
    ("Dufour", "Claude", 1954, "male", 2),
    ("Blanchard", "Monique", 1949, "female", 1),
    ("Guérin", "Henri", 1941, "male", 0),
    ("Boyer", "Lucette", 1952, "female", 2),
    ("Lemoine", "Michel", 1947, "male", 3),
    ("Da Silva", "Rosa", 1958, "female", 4),
    ("Traoré", "Moussa", 1953, "male", 1),
    ("Legrand", "Paulette", 1939, "female", 2),
    ("Colin", "Serge", 1968, "male", 4),
    ("Roy", "Danielle", 1955, "female", 3),
    ("Haddad", "Samir", 1957, "male", 1),
)

TREATMENTS = (
    (
        ("furosemide 40 mg", "1-0-0"),
        ("ramipril 5 mg", "1-0-0"),
        ("eliquis 2,5 mg", "1-0-1"),
        ("bisoprolol 5 mg", "1-0-0"),
        ("zolpidem 10 mg", "0-0-0-1"),
        ("pantoprazole 20 mg", "1-0-0"),
        ("levothyrox 50", "1-0-0"),
    ),
    (
        ("metformine 1000 mg", "1-0-1"),
        ("gliclazide 30 mg", "1-0-0"),
        ("atorvastatine 20 mg", "0-0-1"),
        ("kardegic 75 mg", "0-1-0"),
        ("perindopril 5 mg", "1-0-0"),
        ("amlodipine 5 mg", "1-0-0"),
    ),
    (
        ("alendronate 70 mg", "1 cp par semaine"),
        ("escitalopram 10 mg", "1-0-0"),
        ("tramadol 50 mg", "1-0-1"),
        ("bromazepam 6 mg", "0-0-1"),
        ("omeprazole 20 mg", "1-0-0"),
        ("irbesartan 150 mg", "1-0-0"),
    ),
    (
        ("tamsulosine 0,4 mg", "0-0-1"),
        ("solifenacine 5 mg", "1-0-0"),
        ("lercanidipine 10 mg", "1-0-0"),
        ("rosuvastatine 10 mg", "0-0-1"),
        ("allopurinol 100 mg", "1-0-0"),
    ),
    (("levothyrox 100", "1-0-0"), ("paracetamol 1000 mg", "1 cp si besoin")),
)
