"""What was answered a moment ago, so that a server need not ask again in each request."""

from dataclasses import dataclass, field
from time import monotonic


@dataclass
class Lately[K, V]:
    """Answers by what was asked, each held for ``seconds``; none are while that is 0, as in commands and jobs.

    Whatever changes meanwhile may go unseen so much longer, in other processes whatever is forgotten here.
    """

    most: int = 2000
    seconds: float = 0.0
    _kept: dict[K, tuple[float, V]] = field(default_factory=dict)

    def remember(self, seconds: float) -> None:
        """Hold answers for so long from now on; those that are there go."""
        self.seconds = seconds
        self._kept.clear()

    def forget(self) -> None:
        """Let go of every answer."""
        self._kept.clear()

    def get(self, asked: K) -> V | None:
        """The answer, while it is not older than allowed."""
        known = self._kept.get(asked)
        return known[1] if known is not None and monotonic() < known[0] else None

    def put(self, asked: K, answer: V) -> None:
        """Hold an answer, where any are held."""
        if not self.seconds:
            return
        if len(self._kept) >= self.most:
            self._kept.clear()
        self._kept[asked] = (monotonic() + self.seconds, answer)
