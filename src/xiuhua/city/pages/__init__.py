"""Server-rendered pages of the city; each works without JavaScript."""

from xiuhua.city.pages.codes import codes
from xiuhua.city.pages.duties import duties, duties_of, duty_report, duty_report_csv
from xiuhua.city.pages.edit import edit_duty, edit_object, new_duty
from xiuhua.city.pages.lists import layer, layers
from xiuhua.city.pages.objects import one_object
from xiuhua.city.pages.search import search
from xiuhua.city.pages.who import duty

__all__ = [
    "codes",
    "duties",
    "duties_of",
    "duty",
    "duty_report",
    "duty_report_csv",
    "edit_duty",
    "edit_object",
    "layer",
    "layers",
    "new_duty",
    "one_object",
    "search",
]
