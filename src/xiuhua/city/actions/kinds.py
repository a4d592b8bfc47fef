"""Seed the vocabulary of kinds."""

from pathlib import Path

import yaml

from xiuhua.city.models import Kind

SEED = Path(__file__).parent.parent / "kinds.yaml"


def seed_kinds() -> int:
    """Add the kinds of ``kinds.yaml`` that are not there yet; what a district changed stays. Returns how many."""
    wanted = [
        Kind(domain=domain, key=key, name_zh=zh, name_en=en, rank=rank, partition=partition)
        for domain, kinds in yaml.safe_load(SEED.read_text(encoding="utf-8")).items()
        for key, (zh, en, rank, partition) in kinds.items()
    ]
    present = set(Kind.objects.values_list("domain", "key"))
    return len(Kind.objects.bulk_create([kind for kind in wanted if (kind.domain, kind.key) not in present]))
