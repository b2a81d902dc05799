"""Facts of improvement plans."""

from __future__ import annotations

from typing import assert_never

from domain.improvement import facts as plan
from domain.improvement.facts import PlanFact
from interfaces.web.sayings.voice import Saying, Voice, because, came, did, many, on, quoted, words


def of_plan(fact: PlanFact, voice: Voice) -> Saying:
    """Say what happened around an improvement plan."""
    del voice
    match fact:
        case plan.PlanBegun(objective=objective, because=why):
            return did(f"asked for a plan to improve {words(objective)}{because(why)}.")
        case plan.PlanProposed(edition=edition, target=target, reach_by=day, measures=measures):
            what = f"{many(len(measures), 'measure')} to reach {quoted(target)} by {on(day)}"
            return did(f"proposed edition {edition} of the plan: {what}.")
        case plan.PlanChangesAsked(edition=edition, because=why):
            return did(f"asked for changes to edition {edition} of the plan{because(why)}.")
        case plan.PlanAgreed(edition=edition):
            return did(f"agreed to edition {edition} of the plan: its measures are owed.")
        case plan.MeasureProgressed(measure=measure, note=note, done=done):
            how = "is done" if done else "moves on"
            return did(
                f"says that the measure {measure} {how}{f': {quoted(note)}' if note else '.'}"
            )
        case plan.MeasureOverdue(measure=measure):
            return came(f"The measure {measure} was not done by its day.")
        case plan.PlanClosed(effective=effective, because=why):
            found = "it helped" if effective else "it did not help"
            return did(f"closed the plan: {found}{because(why)}.")
        case plan.PlanWithdrawn(because=why):
            return did(f"no longer asks for the plan{because(why)}.")
        case _:
            assert_never(fact)
