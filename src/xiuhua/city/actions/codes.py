"""Load a code set: a named, versioned list of categories."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from xiuhua.city.models import Code, CodeSet
from xiuhua.foundation import layers
from xiuhua.foundation.events import record
from xiuhua.foundation.rejections import Rejection

TEXTS = ("class_zh", "class_en", "name_zh", "name_en", "status")


def load_codes(
    key: str,
    version: str,
    *,
    kind: str,
    name_zh: str,
    rows: Iterable[dict[str, str]],
    actor: str,
    name_en: str = "",
    source: str = "",
) -> tuple[CodeSet, list[Rejection]]:
    """Create or update the code set ``key@version`` and its codes; codes absent from ``rows`` stay.

    ``kind`` is "component" or "event". Each row has code, class_zh, name_zh and optionally class_en, name_en, status.
    Returns the set and the rows that were refused.
    """
    if kind not in {"component", "event"}:
        raise ValueError(_("a code set holds component or event categories, not %(kind)s") % {"kind": kind})
    rejected: list[Rejection] = []
    accepted: dict[str, dict[str, str]] = {}
    for number, row in enumerate(rows, start=1):
        code = str(row.get("code") or "").strip()
        if not code.isalnum() or not row.get("name_zh"):
            rule, remedy = _("a category needs a code of letters and digits and a name"), _("fill in code and name_zh")
            rejected.append(Rejection(number, code, "code", code, rule, remedy))
        elif code in accepted:
            rule, remedy = _("this code occurs twice in the file"), _("give each category its own code")
            rejected.append(Rejection(number, code, "code", code, rule, remedy))
        else:
            accepted[code] = {name: str(row.get(name) or "").strip() for name in TEXTS}
    with transaction.atomic():
        code_set, _created = CodeSet.objects.update_or_create(
            key=key,
            version=version,
            defaults={"kind": kind, "name_zh": name_zh, "name_en": name_en, "source": source},
        )
        changed = _write(code_set, accepted)
        if changed:
            layers.bump("codes")
            record(
                chain=f"codes:{key}@{version}",
                verb="codes.loaded",
                actor=actor,
                subject=f"codes:{key}@{version}",
                after={"changed": changed, "rejected": len(rejected), "source": source},
            )
    return code_set, rejected


def _write(code_set: CodeSet, accepted: dict[str, dict[str, str]]) -> int:
    known = {row.code: row for row in code_set.codes.all()}
    fresh = [Code(code_set=code_set, code=code, **texts) for code, texts in accepted.items() if code not in known]
    changed = []
    for code, texts in accepted.items():
        row = known.get(code)
        if row and any(getattr(row, name) != value for name, value in texts.items()):
            for name, value in texts.items():
                setattr(row, name, value)
            changed.append(row)
    Code.objects.bulk_create(fresh)
    Code.objects.bulk_update(changed, TEXTS)
    return len(fresh) + len(changed)
