"""What happened in each partition since a process last looked; looked at only where it is touched.

Who asks is known at home, and so home is looked at for every request. Another partition is looked
at for those that touch it, at the same time.
"""

from __future__ import annotations

from collections.abc import Mapping

from application.at_hand import HERE
from application.news import News
from interfaces.partitions.routes import HOME, Routes


class RoutedWatch:
    """The news of every partition, and which of them a stream is in; home comes first."""

    def __init__(self, routes: Routes, news: Mapping[str, News]) -> None:
        self._routes = routes
        self.news = news

    @property
    def partitions(self) -> tuple[str, ...]:
        """Which partitions there are."""
        return tuple(one.of for one in self.news.values())

    def partition_of(self, stream: str) -> str:
        """Return which of them a stream is in; raises NotAtHand, or UnknownPartition."""
        return self.news[self._routes.of(stream)].of

    def catch_up(self, partition: str) -> None:
        """See everything that was recorded in a partition before this call.

        With home's goes what moved, so that nobody has to wait for that.
        """
        self.news[partition or HOME].catch_up()
        if partition == HERE:
            self._routes.renew()
