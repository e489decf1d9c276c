"""What is read off finished replicates: curves of arms, flow of participants, endpoints and adverse events."""

from __future__ import annotations

import numpy as np

from painloop.trial.answer import Curve, Dose, EndpointAnswer, Escalation, Flow, Spread
from painloop.trial.endpoints import UNITS
from painloop.trial.power import ALL, share, spread
from painloop.trial.primary import comparisons
from painloop.trial.protocol import Protocol
from painloop.trial.rows import BASELINE, ESCALATED, key, pair_name
from painloop.trial.state import Table


def curves(protocol: Protocol, table: Table) -> list[Curve]:
    """Mean rating of each arm at each visit, for the mixture and for each rival where there are several."""
    rivals = sorted(set(table.rival.tolist()))
    wanted = [ALL, *rivals] if len(rivals) > 1 else rivals
    return [_curve(protocol, table, arm, rival) for arm in range(len(protocol.arms)) for rival in wanted]


def flow(protocol: Protocol, table: Table) -> list[Flow]:
    """Participants of each arm, in the first replicate and on average."""
    return [_flow(protocol, table, name) for name in protocol.names]


def endpoints(protocol: Protocol, table: Table) -> list[EndpointAnswer]:
    """Every endpoint that the trial records, by arm and comparison."""
    found = []
    for endpoint in protocol.trial.endpoints:
        arms = {name: key("endpoint", endpoint.name, name) for name in protocol.names}
        if any(name not in table for name in arms.values()):
            continue
        values = {name: table.column(column) for name, column in arms.items()}
        differences = {
            pair_name(protocol, pair): spread(
                values[protocol.names[pair.arm]] - values[protocol.names[pair.against]]
            )
            for pair in comparisons(protocol.arms)
        }
        found.append(
            EndpointAnswer(
                name=endpoint.name,
                quantity=endpoint.quantity,
                unit=UNITS[endpoint.quantity],
                visit=endpoint.visit,
                primary=endpoint.primary,
                by_arm={name: spread(each) for name, each in values.items()},
                differences=differences,
            )
        )
    return found


def events(protocol: Protocol, table: Table) -> dict[str, dict[str, Spread]]:
    """Share of people with each adverse event, by arm."""
    names = dict.fromkeys(name.split(" | ")[1] for name in table.names if name.startswith("event | "))
    return {
        event: {arm: spread(table.column(key("event", event, arm))) for arm in protocol.names}
        for event in names
    }


def escalation(protocol: Protocol, table: Table) -> Escalation | None:
    """What the rule of a dose escalation does; ``None`` for other designs."""
    rule = protocol.trial.escalation
    if rule is None:
        return None
    tolerated = table.column(ESCALATED)
    doses = [
        Dose(
            arm=name,
            chosen=share(tolerated == place + 1),
            treated=float(table.column(key("treated", name)).mean()),
            limited=float(table.column(key("limited", name)).mean()),
        )
        for place, name in enumerate(protocol.names)
    ]
    none = share(tolerated == 0)
    best = max(doses, key=lambda dose: dose.chosen.value)
    rarely = f"not even the first dose is tolerated in {100 * none.value:.0f} %"
    sentence = (
        f"The 3+3 rule calls {best.arm} the maximum tolerated dose in {100 * best.chosen.value:.0f} % of replicates; "
        f"{rarely}. Limiting is a {rule.quantity.replace('_', ' ')} above {rule.above:g}."
    )
    return Escalation(
        quantity=rule.quantity,
        above=rule.above,
        cohort=rule.cohort,
        none=none,
        doses=doses,
        sentence=sentence,
    )


def missing(protocol: Protocol, table: Table) -> float:
    """Mean share of participants without a rating at the visit of the primary endpoint."""
    gone, all_of = (
        sum(table.column(key(what, arm)) for arm in protocol.names) for what in ("missing", "allocated")
    )
    return float(np.mean(gone / all_of))


def _curve(protocol: Protocol, table: Table, arm: int, rival: str) -> Curve:
    name = protocol.names[arm]
    here = np.ones(len(table), bool) if rival == ALL else table.rival == rival
    at = [(0.0, BASELINE)] if protocol.visits[0].day > 0.0 else []
    at += [(visit.day, visit.name) for visit in protocol.visits]
    found = [spread(table.column(key("mean", visit, name))[here]) for _, visit in at]
    return Curve(
        arm=name,
        role=protocol.arms[arm].role,
        rival=rival,
        day=[day for day, _ in at],
        mean=[one.mean for one in found],
        low=[one.low for one in found],
        high=[one.high for one in found],
    )


def _flow(protocol: Protocol, table: Table, name: str) -> Flow:
    def of(what: str) -> np.ndarray:
        return table.column(key(what, name))

    analysed = of("analysed") if key("analysed", name) in table else of("allocated") - of("missing")
    return Flow(
        arm=name,
        allocated=int(of("allocated")[0]),
        left=int(of("left")[0]),
        rescued=int(of("rescued")[0]),
        missing=int(of("missing")[0]),
        analysed=int(analysed[0]),
        reached={one.name: int(table.column(key("reached", one.name, name))[0]) for one in protocol.visits},
        mean_left=float(of("left").mean()),
        mean_rescued=float(of("rescued").mean()),
        mean_missing=float(of("missing").mean()),
        mean_analysed=float(analysed.mean()),
    )
