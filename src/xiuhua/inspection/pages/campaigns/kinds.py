"""Kinds of places by name: the vocabulary of sites where it knows them, else as they were written."""

from dataclasses import dataclass

from xiuhua.city.models import Kind


@dataclass(frozen=True)
class Kinds:
    """The kinds of sites of the city by key."""

    known: dict[str, Kind]

    @classmethod
    def read(cls) -> "Kinds":
        """Read the vocabulary."""
        return cls({kind.key: kind for kind in Kind.objects.filter(domain="site")})

    def name(self, kind: str) -> str:
        """What a kind is called in the language of the page."""
        return self.known[kind].name if kind in self.known else kind

    def key(self, written: str) -> str:
        """The key of a kind that was written by one of its names; what was written where there is none."""
        text = written.strip()
        names = {name.casefold(): key for key, kind in self.known.items() for name in (kind.name_zh, kind.name_en)}
        return names.get(text.casefold(), text)

    @property
    def names(self) -> list[str]:
        """The names to choose from."""
        return [kind.name for kind in self.known.values()]
