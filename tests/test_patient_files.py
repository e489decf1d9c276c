"""The files of a person: what is written reads back equal, and a wrong cell is refused where it stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from painloop.errors import InputError, PainloopError
from painloop.patient.files import (
    read_diary,
    read_patient,
    read_sessions,
    write_diary,
    write_patient,
    write_sessions,
)
from painloop.patient.records import SCORES, DiaryEntry, Patient
from painloop.regimen import AdministrationRecord, Dose, Rate, from_administrations

CET = timezone(timedelta(hours=1))
T0 = datetime(2026, 3, 2, 8, 0, tzinfo=CET)
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=CET)

PATIENT = {
    "id": "P-001", "age_y": 46, "weight_kg": 79.5, "height_cm": 172, "sex": "female",
    "condition": "crps", "baseline_nrs": 7.2, "pain_since_y": 7.4, "medications": ["amitriptyline 25 mg"],
    "liver": "mild", "kidney": "normal",
}  # fmt: skip


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


# patient.yaml -----------------------------------------------------------------------------------


def test_a_person_reads_back_equal(tmp_path: Path) -> None:
    patient = Patient.model_validate(PATIENT)
    write_patient(tmp_path / "patient.yaml", patient)
    assert read_patient(tmp_path / "patient.yaml") == patient
    assert patient.medications == ("amitriptyline 25 mg",)


def test_a_person_needs_only_id_age_weight_and_sex(tmp_path: Path) -> None:
    path = write(tmp_path / "patient.yaml", "id: P1\nage_y: 46\nweight_kg: 79\nsex: male\n")
    patient = read_patient(path)
    assert (patient.liver, patient.baseline_nrs, patient.medications) == ("unknown", None, ())


@pytest.mark.parametrize(
    ("key", "value", "piece"),
    [
        ("age_y", 300, "age_y: 300.* is above the limit of 120"),
        ("age_y", -1, "age_y: -1.* is below the limit of 0"),
        ("weight_kg", 1.5, "weight_kg: 1.5 is below the limit of 2"),
        ("weight_kg", 351, "weight_kg: 351.* is above the limit of 350"),
        ("weight_kg", ".nan", "weight_kg"),
        ("weight_kg", ".inf", "weight_kg"),
        ("weight_kg", "70 kg", "weight_kg: '70 kg' is not a number"),
        ("weight_kg", "true", "weight_kg: 'True' is not a number"),
        ("height_cm", 1.72, "height_cm: 1.72 is below the limit of 30"),
        ("baseline_nrs", 72, "baseline_nrs: 72.* is above the limit of 10"),
        ("sex", "f", "sex: 'f' is not one of 'female' or 'male'"),
        ("liver", "bad", "liver: 'bad' is not one of"),
        ("id", "Jane Doe", "id: 'Jane Doe' is not accepted"),
        ("pain_since_y", 50, "pain_since_y: 50 is above the age of 46 years"),
        ("wieght_kg", 70, "wieght_kg: this key is not known; did you mean 'weight_kg'"),
    ],
)
def test_a_wrong_value_of_a_person_is_refused(tmp_path: Path, key: str, value: object, piece: str) -> None:
    lines = {"id": "P1", "age_y": 46, "weight_kg": 79, "sex": "male"} | {key: value}
    path = write(tmp_path / "patient.yaml", "".join(f"{k}: {v}\n" for k, v in lines.items()))
    with pytest.raises(InputError, match=piece) as refused:
        read_patient(path)
    assert str(refused.value).startswith(str(path))
    assert str(refused.value).endswith((".", "?"))


@pytest.mark.parametrize(
    ("text", "piece"), [("", "holds no person"), ("- a", "holds no person"), ("a: [", "not YAML")]
)
def test_what_is_no_person_is_refused(tmp_path: Path, text: str, piece: str) -> None:
    with pytest.raises(InputError, match=piece):
        read_patient(write(tmp_path / "patient.yaml", text))


@pytest.mark.parametrize("reader", [read_patient, read_sessions, read_diary])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, reader) -> None:
    with pytest.raises(InputError, match=r"none.* cannot be read"):
        reader(tmp_path / "none")
    with pytest.raises(InputError, match="cannot be read"):
        reader(tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(InputError, match="not text in UTF-8"):
        reader(tmp_path / "binary")


# sessions.csv -----------------------------------------------------------------------------------

HEAD = "start,drug,form,route,rate_or_dose,unit,stop\n"
ROW = "2026-03-02T09:00:00+01:00,esketamine,base,iv,25,mg,2026-03-02T09:40:00+01:00\n"


def test_sessions_are_read_as_administrations(tmp_path: Path) -> None:
    rows = ROW + "\n2026-03-02T12:00:00+01:00,ketamine,racemic HCl,SL,0.5,mg/kg,\n"
    records = read_sessions(write(tmp_path / "sessions.csv", HEAD + rows))
    assert records == (
        AdministrationRecord("S-ketamine", "base", "iv", NINE, Dose(25.0), NINE + timedelta(minutes=40)),
        AdministrationRecord("ketamine", "HCl", "sublingual", NINE + timedelta(hours=3), Dose(0.5, "kg")),
    )


@given(
    st.lists(
        st.tuples(
            st.integers(0, 1000),
            st.floats(0.01, 100).map(lambda x: float(f"{x:.3g}")),
            st.sampled_from(["", "kg", "70kg"]),
            st.booleans(),
        ),
        max_size=5,
    )
)
def test_sessions_read_back_equal(tmp_path_factory: pytest.TempPathFactory, rows: list) -> None:
    records = tuple(
        AdministrationRecord(
            "ketamine",
            "base",
            "iv",
            T0 + timedelta(minutes=minute),
            Rate(value / 100.0, per) if infused else Dose(value / 100.0, per),
            T0 + timedelta(minutes=minute + 30) if infused else None,
        )
        for minute, value, per, infused in rows
    )
    path = tmp_path_factory.mktemp("person") / "sessions.csv"
    write_sessions(path, records)
    assert read_sessions(path) == records


def test_an_interrupted_infusion_is_written_as_the_times_it_ran(tmp_path: Path) -> None:
    hour = timedelta(hours=1)
    record = AdministrationRecord(
        "ketamine", "base", "iv", T0, Dose(30.0), T0 + 4 * hour, ((T0 + hour, T0 + 2 * hour),)
    )
    write_sessions(tmp_path / "s.csv", [record])
    first, second = read_sessions(tmp_path / "s.csv")
    assert (first.given, second.given) == (Dose(10.0), Dose(20.0))
    assert (first.stop, second.start) == (T0 + hour, T0 + 2 * hour)


@pytest.mark.parametrize(
    ("cells", "piece"),
    [
        ({"start": "2026-03-02T09:00:00"}, "start: '2026-03-02T09:00:00' has no time zone"),
        ({"start": "yesterday"}, "start: 'yesterday' is not a time"),
        ({"drug": "ketamin"}, "drug: 'ketamin' is not known; did you mean 'ketamine'"),
        ({"route": "intravenus"}, "route: 'intravenus' is not known; did you mean 'intravenous'"),
        ({"form": "sulfate"}, "form: 'sulfate' is not known"),
        ({"form": "R"}, "form: 'R' contradicts the drug S-ketamine"),
        ({"rate_or_dose": "nan"}, "rate_or_dose: 'nan' is not a number"),
        ({"rate_or_dose": "-5"}, "rate_or_dose: -5.* is not above the limit of 0"),
        ({"rate_or_dose": "0.5 mg"}, "rate_or_dose: '0.5 mg' is not a number"),
        ({"rate_or_dose": ""}, "rate_or_dose: '' is not a number"),
        ({"unit": "mg/kh"}, "unit: 'mg/kh' is not a unit of dose or rate; did you mean 'mg/kg'"),
        ({"unit": ""}, "unit: '' is not a unit of dose or rate"),
        ({"unit": "mg/h", "stop": ""}, "needs a stop"),
        ({"stop": "2026-03-02T08:40:00+01:00"}, "is not after the start"),
        ({"route": "oral"}, "oral route has no stop"),
        ({"rate_or_dose": "25000"}, "--allow-extreme"),
        ({"drug": "ketamine;x,y"}, "8 cells do not fit 7 columns"),
    ],
)
def test_a_wrong_cell_of_a_session_is_refused_with_its_line(tmp_path: Path, cells: dict, piece: str) -> None:
    names = HEAD.strip().split(",")
    row = dict(zip(names, ROW.strip().split(","), strict=True)) | cells
    path = write(tmp_path / "sessions.csv", HEAD + ROW + ",".join(row.values()) + "\n")
    with pytest.raises(InputError, match=piece) as refused:
        read_sessions(path)
    assert str(refused.value).startswith(f"{path}, line 3: ")


def test_an_extreme_dose_that_was_given_can_be_read_when_allowed(tmp_path: Path) -> None:
    path = write(tmp_path / "sessions.csv", HEAD + ROW.replace(",25,", ",25000,"))
    assert read_sessions(path, allow_extreme=True)[0].given == Dose(25000.0)


@pytest.mark.parametrize("text", ["", "when,item,value\n", "start,drug\n", HEAD.replace("form", "Form")])
def test_other_columns_are_refused_with_the_right_ones(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"line 1: the columns are .*; write 'start,drug,form,route"):
        read_sessions(write(tmp_path / "sessions.csv", text))


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sessions.csv"
    path.write_bytes(("\ufeff" + HEAD + ROW).replace("\n", "\r\n").encode())
    assert len(read_sessions(path)) == 1


# what was given ---------------------------------------------------------------------------------


def test_what_was_given_becomes_a_schedule_with_missed_doses_absent() -> None:
    day = timedelta(days=1)
    records = [AdministrationRecord("ketamine", "base", "oral", NINE + n * day, Dose(25.0)) for n in (0, 2)]
    schedule = from_administrations(records, T0)
    assert [(e.session, e.start_h, e.duration_h) for e in schedule.events] == [(0, 1.0, 0.0), (1, 49.0, 0.0)]
    assert schedule.amounts(np.array([70.0]))[:, 0] == pytest.approx([25.0, 25.0])


def test_an_interrupted_infusion_runs_in_stretches_that_bring_the_amount() -> None:
    hour = timedelta(hours=1)
    pause = ((T0 + hour, T0 + 2 * hour),)
    amount = AdministrationRecord("ketamine", "base", "iv", T0, Dose(30.0), T0 + 4 * hour, pause)
    rate = AdministrationRecord("ketamine", "base", "iv", T0, Rate(0.1, "kg"), T0 + 4 * hour, pause)
    for record, expected in ((amount, [10.0, 20.0]), (rate, [7.0, 14.0])):
        schedule = from_administrations([record], T0)
        assert [(e.start_h, e.duration_h) for e in schedule.events] == [(0.0, 1.0), (2.0, 2.0)]
        assert schedule.amounts(np.array([70.0]))[:, 0] == pytest.approx(expected)


def test_given_salt_counts_as_base_and_each_drug_and_route_is_a_prescription() -> None:
    records = [
        AdministrationRecord("S-ketamine", "HCl", "nasal", NINE, Dose(32.3)),
        AdministrationRecord("ketamine", "base", "oral", T0, Dose(25.0)),
    ]
    schedule = from_administrations(records, T0)
    assert [(e.prescription, e.drug) for e in schedule.events] == [(0, "ketamine"), (1, "S-ketamine")]
    assert schedule.amounts(np.array([70.0]))[1, 0] == pytest.approx(28.0, rel=3e-3)


def test_zones_are_respected() -> None:
    utc = AdministrationRecord("ketamine", "base", "oral", datetime(2026, 3, 2, 8, 0, tzinfo=UTC), Dose(25.0))
    assert from_administrations([utc], T0).events[0].start_h == 1.0


@pytest.mark.parametrize(
    ("change", "piece"),
    [
        ({"start": datetime(2026, 3, 2, 9, 0)}, "no time zone"),
        ({"given": Dose(float("nan"))}, "cannot be"),
        ({"given": Dose(-1.0)}, "cannot be"),
        ({"given": Rate(5.0), "stop": None}, "needs a stop"),
        ({"stop": NINE}, "is not after the start"),
        ({"route": "oral"}, "has no stop"),
        ({"stop": None, "interruptions": ((NINE, NINE),)}, "cannot be interrupted"),
        ({"interruptions": ((T0, NINE),)}, "must lie in order"),
        ({"interruptions": ((NINE, NINE + timedelta(hours=1)),)}, "never ran"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(change: dict, piece: str) -> None:
    row = {"drug": "ketamine", "form": "base", "route": "iv", "start": NINE, "given": Dose(5.0)}
    with pytest.raises(InputError, match=piece):
        AdministrationRecord(**(row | {"stop": NINE + timedelta(hours=1)} | change))


def test_a_double_entry_and_a_dose_before_the_start_are_refused() -> None:
    record = AdministrationRecord("ketamine", "base", "iv", NINE, Dose(5.0), NINE + timedelta(hours=1))
    later = AdministrationRecord(
        "ketamine", "base", "iv", NINE + timedelta(minutes=30), Dose(5.0), NINE + timedelta(hours=2)
    )
    with pytest.raises(InputError, match="double entry"):
        from_administrations([record, later], T0)
    with pytest.raises(InputError, match="choose an earlier start"):
        from_administrations([record], NINE + timedelta(hours=1))


# diary.csv --------------------------------------------------------------------------------------


@given(
    st.lists(
        st.one_of(
            st.sampled_from(sorted(SCORES)).flatmap(
                lambda item: st.integers(0, int(SCORES[item][1])).map(lambda v: (item, str(v)))
            ),
            st.sampled_from(["medication", "physiotherapy", "rescue", "note"]).flatmap(
                lambda item: st.text(
                    st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=50
                ).map(lambda v: (item, v))
            ),
        ),
        max_size=6,
    )
)
def test_a_diary_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    entries = tuple(
        DiaryEntry(when=date(2026, 3, 2 + n) if n % 2 else T0 + timedelta(hours=n), item=item, value=value)
        for n, (item, value) in enumerate(rows)
    )
    path = tmp_path_factory.mktemp("person") / "diary.csv"
    write_diary(path, entries)
    assert read_diary(path) == entries


def test_a_day_without_a_time_counts_as_noon() -> None:
    assert DiaryEntry(when="2026-03-03", item="nrs", value="5").hours_after(T0) == 28.0
    assert DiaryEntry(when="2026-03-02T20:30:00+01:00", item="nrs", value="5").hours_after(T0) == 12.5


@pytest.mark.parametrize(
    ("row", "piece"),
    [
        ("2026-03-02,nrs,11", "value: nrs 11 is outside 0 to 10"),
        ("2026-03-02,nrs,-1", "value: nrs -1 is outside 0 to 10"),
        ("2026-03-02,nrs,nan", "value: 'nan' is not a number"),
        ("2026-03-02,nrs,", "value: '' is not a number"),
        ('2026-03-02,nrs,"5,5"', "value: '5,5' is not a number; write one with a decimal point"),
        ("2026-03-02,phq9,28", "value: phq9 28 is outside 0 to 27"),
        ("2026-03-02,phq9,5.5", "value: phq9 5.5 is not a whole number"),
        ("2026-03-02,gad7,22", "value: gad7 22 is outside 0 to 21"),
        ("2026-03-02,mme,1e9", "value: mme 1e9 is outside 0 to 5000"),
        ("2026-03-02,pain,5", "item: 'pain' is not one of 'nrs'"),
        ("2026-03-02T09:00:00,nrs,5", "when: .* has no time zone"),
        ("2026-02-30,nrs,5", "when: '2026-02-30' is not a day of the calendar"),
        ("2026-03-02,note,", "value: a note of 0 characters"),
        ("2026-03-02,nrs", "2 cells do not fit 3 columns"),
    ],
)
def test_a_wrong_line_of_a_diary_is_refused(tmp_path: Path, row: str, piece: str) -> None:
    path = write(tmp_path / "diary.csv", f"when,item,value\n2026-03-01,nrs,5\n{row}\n")
    with pytest.raises(InputError, match=piece) as refused:
        read_diary(path)
    assert str(refused.value).startswith(f"{path}, line 3: ")


def test_an_open_quote_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this is not CSV"):
        read_diary(write(tmp_path / "diary.csv", 'when,item,value\n2026-03-01,note,"open\n'))


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "diary.csv").mkdir()
    with pytest.raises(PainloopError, match="cannot be written") as refused:
        write_diary(tmp_path / "diary.csv", [])
    assert refused.value.exit_status == 1
    assert [p.name for p in tmp_path.iterdir()] == ["diary.csv"]
