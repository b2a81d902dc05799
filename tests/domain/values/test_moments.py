from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.values.moments import Moment

MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


def test_an_instant_is_kept_in_utc() -> None:
    noon = datetime(2026, 1, 31, 11, tzinfo=UTC)
    assert MOMENT.validate_python("2026-01-31T12:00:00+01:00") == noon
    assert MOMENT.validate_python("2026-01-31T12:00:00+01:00").tzinfo is UTC


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ValidationError, match="needs its offset"):
        MOMENT.validate_python("2026-01-31T12:00:00")


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_that_utc_has_no_year_for_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="years 1 to 9999"):
        MOMENT.validate_python(text)
