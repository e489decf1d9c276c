"""What the endpoints of a trial rest on and how they must not be read, one sentence each."""

from __future__ import annotations

from collections.abc import Mapping

from painloop.library.schema.trials import Opioids, Trial, TrialEndpoint
from painloop.trial.events import SCORES, thresholds
from painloop.trial.opioids import NO_DOSE, NO_LINK, link


def of_endpoints(entry: Trial) -> tuple[str, ...]:
    """What endpoints ask for that no source lets painloop predict, and how their numbers must not be read."""
    says = [
        _of_score(one, thresholds(entry))
        for one in entry.endpoints
        if one.event in SCORES and one.above is None
    ]
    says += [_of_return(one) for one in entry.endpoints if one.quantity == "time_to_return"]
    if any(one.quantity == "mme" for one in entry.endpoints):
        says.append(_of_opioids(entry.opioids))
    return tuple(says)


def _of_return(endpoint: TrialEndpoint) -> str:
    share = 100.0 * (endpoint.above or 1.0)
    return (
        f"The endpoint '{endpoint.name}' counts only people whose pain had fallen below {share:g} % of their baseline. "
        "They are other people in each arm, so that its difference is not the effect of the drug."
    )


def _of_score(endpoint: TrialEndpoint, known: Mapping[str, float]) -> str:
    score = str(endpoint.event)
    if score not in known:
        why = f"no source says from which score {score} counts; give above"
        return f"The endpoint '{endpoint.name}' is not predicted: {why}."
    return (
        f"The endpoint '{endpoint.name}' counts {score} above a score of {known[score]:g}, derived from the share of "
        "patients who report it; give above for another."
    )


def _of_opioids(declared: Opioids | None) -> str:
    if declared is None:
        return f"Opioid use is not predicted: {NO_DOSE}."
    if link(declared) == 0.0:
        return f"Opioids stay at the dose before treatment: {NO_LINK}."
    return f"Opioids follow pain with a link of {link(declared):g}, which is a supposition of the file."
