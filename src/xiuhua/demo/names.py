"""Names drawn from syllables: Chinese with an English reading, never the same name twice of one kind."""

from xiuhua.demo.plan import generator, read_yaml


class Names:
    """Draws two-syllable names; each kind of thing has its own store of used names."""

    def __init__(self, seed: int, part: str) -> None:
        self._rng = generator(seed, f"names-{part}")
        data = read_yaml("names.yaml")
        self._endings = data["streets"]
        pairs = [(a + b, (x + y).capitalize()) for a, x in data["first"].items() for b, y in data["second"].items()]
        self._pairs = [pairs[index] for index in self._rng.permutation(len(pairs))]
        self._used: dict[str, int] = {}

    def pair(self, kind: str) -> tuple[str, str]:
        """The next unused pair of syllables for ``kind``; after all are used they return with a number."""
        index = self._used.get(kind, 0)
        self._used[kind] = index + 1
        round_, place = divmod(index, len(self._pairs))
        zh, en = self._pairs[place]
        return (zh, en) if round_ == 0 else (f"{zh}{'一二三四五六七八九'[round_]}", f"{en} {round_ + 1}")

    def street(self, street_class: str) -> tuple[str, str]:
        """A street name that suits the class."""
        endings = self._endings[street_class]
        ending_zh, ending_en = endings[int(self._rng.integers(len(endings)))]
        zh, en = self.pair("street" if street_class != "lane" else "lane")
        return f"{zh}{ending_zh}", f"{en} {ending_en}"

    def community(self, *, village: bool) -> tuple[str, str]:
        """The name of a residents' or villagers' committee."""
        zh, en = self.pair("community")
        return (f"{zh}村", f"{en} Village") if village else (f"{zh}社区", f"{en} Community")

    def of(self, kind: str, ending_zh: str, ending_en: str) -> tuple[str, str]:
        """A name with a given ending, unique within ``kind``."""
        zh, en = self.pair(kind)
        return f"{zh}{ending_zh}", f"{en} {ending_en}"
