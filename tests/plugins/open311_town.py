"""A district that takes reports by Open311: services of every sort, and keys of those who send."""

from xiuhua.casework.actions.services import put_service
from xiuhua.people.actions.api_keys import issue

QUESTIONS = {
    "type": "object",
    "required": ["amount", "since"],
    "properties": {
        "hint": {"type": "null", "title": "先看看是否已有人上报", "title_en": "Look first whether it was reported", "order": 1},
        "amount": {
            "type": "string", "title": "有多少", "title_en": "How much", "order": 2, "enum": ["bag", "heap"],
            "enum_zh": ["几袋", "成堆"], "enum_en": ["Some bags", "A heap"],
        },
        "kinds": {
            "type": "array", "title": "种类", "order": 3,
            "items": {"type": "string", "enum": ["bulky", "food", "garden"], "enum_zh": ["大件", "厨余", "枝叶"]},
        },
        "blocks": {"type": "boolean", "title": "是否挡路", "order": 4},
        "metres": {"type": "integer", "title": "长度", "minimum": 1, "maximum": 100, "order": 5},
        "since": {"type": "string", "format": "date", "title": "哪天开始", "order": 6},
        "seen": {"type": "string", "format": "date-time", "title": "何时看到", "order": 7},
        "shop": {"type": "string", "maxLength": 100, "title": "店名", "order": 8},
        "story": {"type": "string", "title": "经过", "order": 9},
    },
}  # fmt: skip


def open_services(desk):
    """Offer both categories: the first asks questions, the second none. Returns their service codes."""
    put_service(
        desk.category, actor="t", description_zh="路边垃圾", description_en="Waste at the roadside",
        keywords="垃圾 大件，臭", questions=QUESTIONS,
    )  # fmt: skip
    put_service(desk.other, actor="t", description_zh="堆物")
    return "events-1-0101", "events-1-0102"


def key_of(desk, who):
    """A key with which a program acts as the person ``who``."""
    return issue(desk.people[who], "test", actor="t")
