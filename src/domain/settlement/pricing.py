"""The price of one part of a period, before any cap: by its own version, for its own time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from domain.attainment.attainment import Attainment, Reached
from domain.settlement.charges import Charged, Charges, period_share
from domain.settlement.deadlines import Counts
from domain.settlement.governing import Version
from domain.settlement.statement import Citation, Line, Step
from domain.settlement.tiers import bonus_hit, lowest, tier_hit, tiers_of
from domain.terms.agreement import AgreementTerms
from domain.terms.figures import decimal, elapsed, percent
from domain.terms.measurement import Scale
from domain.terms.objective import Objective
from domain.terms.part import ALL_CHARGES, Part, magnitude
from domain.terms.paths import TermPath
from domain.terms.remedy import Remedy, Tier
from domain.values.periods import Period


@dataclass(frozen=True, slots=True)
class MeasuredPart:
    """A part of a judged period: the version that governed it, and what was reached in it.

    ``cites`` is the event that holds the result; ``not_charged`` are the stretches that are off the
    bill (``uncharged``).
    """

    version: Version
    attainment: Attainment
    cites: Citation
    not_charged: tuple[Period, ...] = ()

    @property
    def period(self) -> Period:
        """When it is."""
        return self.attainment.period

    @property
    def terms(self) -> AgreementTerms:
        """The terms that governed it."""
        return self.version.terms


@dataclass(frozen=True, slots=True)
class Priced:
    """What a part costs so far, exactly, and how that came about."""

    part: MeasuredPart
    objective: Objective
    missed: bool | None
    credit: Fraction
    not_charged: Fraction
    bonus: Fraction
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Pricer:
    part: MeasuredPart
    objective: Objective
    base: Charged
    share: Fraction
    """How much of a whole period this part makes up, for a credit that is a fixed amount."""

    def line(self, step: Step, place: str, says: str, amount: Fraction | None = None) -> Line:
        version, cites = self.part.version.number, self.part.cites
        return Line(step, TermPath(place), version, cites, says, amount)

    def at(self, *place: str) -> str:
        return "/".join(("objectives", self.objective.id, *place))


def price(part: MeasuredPart, counts: Counts, charges: Charges) -> Priced:
    """Price one part of a judged period.

    Credits are a percentage of what was charged for the part: what is not charged at all is off
    that charge first. A credit that is a fixed amount is for a whole period, and for a part of one
    in proportion to its days, as charges are. Raises KeyError when the part's version does not
    have the objective.
    """
    objective = _objective(part)
    remedy = objective.remedy
    if remedy is None:
        pricer = _Pricer(part, objective, Charged(Fraction(0)), Fraction(0))
        lines = _reached_lines(pricer, counts)
        return Priced(part, objective, _missed(part, counts), *_nothing(), tuple(lines))
    gross = charges.by(part.terms, remedy.of, part.period)
    off = sum(
        (charges.by(part.terms, remedy.of, stretch).amount for stretch in part.not_charged),
        Fraction(0),
    )
    base = Charged(gross.amount - off, gross.estimated)
    share = period_share(part.period, objective.period, part.terms.zone)
    pricer = _Pricer(part, objective, base, share)
    charged = _charged_lines(pricer, remedy, gross, off)
    reached = _reached_lines(pricer, counts)
    credit, credits_ = _credits(pricer, remedy, counts)
    bonus, bonuses = _bonus(pricer, remedy, counts)
    steps = (*charged, *reached, *credits_, *bonuses)
    return Priced(part, objective, _missed(part, counts), credit, off, bonus, steps)


def _nothing() -> tuple[Fraction, Fraction, Fraction]:
    return Fraction(0), Fraction(0), Fraction(0)


def _objective(part: MeasuredPart) -> Objective:
    objective = part.terms.objective(part.attainment.objective)
    if objective is None:
        raise KeyError(
            f"version {part.version.number} has no objective {part.attainment.objective}"
        )
    return objective


def _missed(part: MeasuredPart, counts: Counts) -> bool | None:
    if counts is not Counts.FIGURES:
        return counts is Counts.LOWEST_TIER
    judged = [one.met for one in part.attainment.reached if one.met is not None]
    return not all(judged) if judged else None


def _charged_lines(pricer: _Pricer, remedy: Remedy, gross: Charged, off: Fraction) -> list[Line]:
    place = "charges" if remedy.of == ALL_CHARGES else f"charges/{remedy.of}"
    period, currency = pricer.part.period, pricer.part.terms.currency
    how = ", by an estimate that was not billed yet" if gross.estimated else ""
    says = f"{decimal(gross.amount)} {currency} from {_span(period)}{how}"
    lines = [pricer.line(Step.CHARGED, place, says, gross.amount)]
    if pricer.part.not_charged and remedy.no_charge is not None:
        count, rule = len(pricer.part.not_charged), remedy.no_charge
        says = f"{count} of {rule.each} with more than {rule.down_more_than} down are not charged"
        lines.append(pricer.line(Step.NOT_CHARGED, pricer.at("remedy", "no_charge"), says, off))
    return lines


def _span(period: Period) -> str:
    return f"{_utc(period.starts)} until before {_utc(period.ends)}"


def _utc(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def _reached_lines(pricer: _Pricer, counts: Counts) -> list[Line]:
    if counts is not Counts.FIGURES:
        says = f"no report in time: the period counts by {counts}"
        if counts is Counts.MET:
            says = "no report in time: the period counts as met"
        return [pricer.line(Step.NO_REPORT, "reporting/missing_report", says)]
    objective, reached = pricer.objective, pricer.part.attainment.reached
    return [
        pricer.line(Step.REACHED, pricer.at("targets", key), _result(one, objective))
        for key, one in zip(_keys([one.target for one in reached]), reached, strict=True)
    ]


def _result(one: Reached, objective: Objective) -> str:
    verdict = {True: "met", False: "missed", None: "not judged"}[one.met]
    promised = _figure(magnitude(one.target.bound), objective)
    bound = f"at {'least' if one.target.more_is_better else 'most'} {promised} promised"
    if one.measurement.worst:
        found = "worse than any value"
    elif one.measurement.value is None:
        found = "nothing to measure"
    else:
        found = f"{_figure(one.measurement.value, objective)} reached"
    later = one.measurement.pending
    return f"{found}, {bound}: {verdict}" + (f"; {later} cases are pending" if later else "")


def _figure(value: Fraction, objective: Objective) -> str:
    match objective.measured.scale:
        case Scale.PERCENT:
            return percent(value)
        case Scale.TIME:
            return elapsed(value)
        case _:
            return f"{decimal(value)} {getattr(objective.measured, 'unit', '')}".rstrip()


def _credits(pricer: _Pricer, remedy: Remedy, counts: Counts) -> tuple[Fraction, list[Line]]:
    """Return what the tiers of all targets come to, by the rule for several windows."""
    keys = dict(zip(map(id, remedy.tiers), _keys(remedy.tiers), strict=True))
    lines, amounts = [], []
    for one in pricer.part.attainment.reached:
        tier = _tier(remedy, one, counts)
        if tier is None:
            continue
        amount, says = _credit(pricer, tier)
        place = pricer.at("remedy", "tiers", keys[id(tier)])
        lines.append(pricer.line(Step.CREDIT, place, says, amount))
        amounts.append(amount)
    total = sum(amounts, Fraction(0))
    if remedy.several_windows == "largest only" and len(amounts) > 1:
        most = max(amounts)
        place = pricer.at("remedy", "several_windows")
        says = f"of {len(amounts)} credits only the largest counts"
        lines.append(pricer.line(Step.LARGEST_ONLY, place, says, most - total))
        total = most
    return total, lines


def _tier(remedy: Remedy, one: Reached, counts: Counts) -> Tier | None:
    match counts:
        case Counts.FIGURES:
            return tier_hit(remedy, one)
        case Counts.LOWEST_TIER:
            return lowest(tiers_of(remedy, one.target))
        case _:
            return None


def _credit(pricer: _Pricer, tier: Tier) -> tuple[Fraction, str]:
    currency = pricer.part.terms.currency
    if tier.amount is not None:
        of = f"{tier.amount:f} {currency} for {pricer.share} of a period"
        return Fraction(tier.amount) * pricer.share, of
    share = Fraction(tier.credit or 0)
    says = f"{percent(share)} of {decimal(pricer.base.amount)} {currency}"
    return pricer.base.amount * share / 100, says


def _bonus(pricer: _Pricer, remedy: Remedy, counts: Counts) -> tuple[Fraction, list[Line]]:
    if counts is not Counts.FIGURES:
        return Fraction(0), []
    keys = dict(zip(map(id, remedy.bonus), _keys(remedy.bonus), strict=True))
    total, lines = Fraction(0), []
    for one in pricer.part.attainment.reached:
        bonus = bonus_hit(remedy, one)
        if bonus is None:
            continue
        amount = pricer.base.amount * Fraction(bonus.percent) / 100
        currency = pricer.part.terms.currency
        share = percent(Fraction(bonus.percent))
        says = f"{share} of {decimal(pricer.base.amount)} {currency}, for a better result"
        place = pricer.at("remedy", "bonus", keys[id(bonus)])
        lines.append(pricer.line(Step.BONUS, place, says, amount))
        total += amount
    return total, lines


def _keys(parts: Sequence[Part]) -> list[str]:
    """Return the keys of parts among their siblings, as paths name them."""
    seen: dict[str, int] = {}
    found = []
    for part in parts:
        key = part.key()
        seen[key] = seen.get(key, 0) + 1
        found.append(key if seen[key] == 1 else f"{key}~{seen[key]}")
    return found
