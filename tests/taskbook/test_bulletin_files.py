"""The files: PDF/A with every number, a workbook with real numbers, the same bytes for the same content."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from pypdf import PdfReader

from taskbook.bulletin_town import MADE, MARCH, furnish
from xiuhua.taskbook.bulletin.contents import contents_of
from xiuhua.taskbook.bulletin.document import Edition, document
from xiuhua.taskbook.bulletin.fonts import font, printable
from xiuhua.taskbook.bulletin.pdf import pdf
from xiuhua.taskbook.bulletin.printing import number
from xiuhua.taskbook.bulletin.xlsx import xlsx
from xiuhua.taskbook.models import Book, Closing, Goal, Revision, Value

pytestmark = pytest.mark.django_db
EDITION = Edition(1, MADE)


@pytest.fixture
def told(two_districts):
    furnish(two_districts[0])
    return contents_of(two_districts[0], MARCH)


def text_of(content):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def flat(text):
    return re.sub(r"\s+", "", text)


@pytest.fixture
def book(told):
    return openpyxl.load_workbook(io.BytesIO(xlsx(told, EDITION)))


def rows(book, name):
    sheet = book[name]
    heads = [cell.value for cell in sheet[1]]
    return [dict(zip(heads, [cell.value for cell in row], strict=True)) for row in sheet.iter_rows(min_row=3)]


def test_the_pdf_is_chinese_names_every_figure_and_says_pdf_a(told):
    content = pdf(told, EDITION, "zh-hans").content
    text = flat(text_of(content))
    for word in (
        "任务书月度通报",
        "示意1区",
        "2026年3月",
        "按时处置率达到95%",
        "席地而坐的城市客厅",
        "补齐夜间值守",
        "逾期16天",
    ):
        assert word in text
    printed = set(re.findall(r"F\d+", text))
    assert printed >= {figure.number for figure in told.figures[: told.printed]}
    xmp = PdfReader(io.BytesIO(content)).trailer["/Root"]["/Metadata"].get_data().decode()
    assert re.search(r"<pdfaid:part>2</pdfaid:part>", xmp)
    assert re.search(r"<pdfaid:conformance>B</pdfaid:conformance>", xmp)


def test_the_english_edition_is_english(told):
    text = flat(text_of(pdf(told, EDITION, "en").content))
    for word in ("Monthlybulletinofthetaskbook", "March2026", "95%handledintime", "clearlyabove"):
        assert word in text


def test_each_number_leads_to_where_it_is_explained(told):
    reader = PdfReader(io.BytesIO(pdf(told, EDITION, "zh-hans").content))
    links = {
        annotation["/A"]["/URI"]
        for page in reader.pages
        for annotation in (each.get_object() for each in page.get("/Annots", []))
        if "/A" in annotation
    }
    for figure in told.figures[: told.printed]:
        assert any(link.endswith(figure.address) for link in links)


def test_the_same_content_gives_the_same_bytes(told):
    assert pdf(told, EDITION, "zh-hans").content == pdf(told, EDITION, "zh-hans").content
    assert xlsx(told, EDITION) == xlsx(told, EDITION)
    later = Edition(1, MADE + timedelta(days=1))
    assert xlsx(told, later) != xlsx(told, EDITION)


def test_the_printed_number_is_that_of_the_row(told):
    tree = document(told, EDITION, "zh-hans")
    shown = {
        row["value"]["f"]: row["value"]["text"] for group in tree["goals"] for row in group["rows"] if row["value"]
    }
    figures = {figure.number: figure for figure in told.figures}
    seen = 0
    for name, text in shown.items():
        kind, indicator, *_rest = figures[name].key.split(":")
        if kind == "value":
            row = Value.objects.get(district=told.district, month=MARCH, scope="district", indicator=indicator)
            assert text == number(
                None if row.value is None else row.value * (100 if figures[name].unit == "%" else 1), figures[name].unit
            )
            seen += 1
    assert seen == 4


def test_a_revised_figure_stays_and_says_what_it_is_now(told):
    closing = Closing.objects.get(district=told.district)
    revised = (
        ("value", "handling_on_time", "district", "", {"value": 0.9512}),
        ("score", "programme", "town", "990001001", {"points": 92.6}),
    )
    for subject, key, scope, code, after in revised:
        Revision.objects.create(
            closing=closing, subject=subject, key=key, scope=scope, code=code, before={"value": 0.953, "points": 93.4},
            after=after, reason="补录三件", actor="t", at=MADE,
        )  # fmt: skip
    text = flat(text_of(pdf(contents_of(told.district, MARCH), EDITION, "zh-hans").content))
    for word in ("95.3%F9", "已更正为95.1%", "93.4/100分", "已更正为92.6分", "92.6分补录三件"):
        assert word in text


def test_a_provisional_bulletin_says_so_on_every_page(two_districts):
    furnish(two_districts[0], published=False)
    told = contents_of(two_districts[0], MARCH)
    assert told.provisional
    for page in PdfReader(io.BytesIO(pdf(told, EDITION, "zh-hans").content)).pages:
        assert "未公布" in flat(page.extract_text())


def test_a_district_without_a_book_tells_its_values(two_districts):
    furnish(two_districts[0])
    Goal.objects.filter(book__district=two_districts[0]).update(lead=None)
    Book.objects.filter(district=two_districts[0]).update(state="draft")
    told = contents_of(two_districts[0], MARCH)
    assert (told.goals, told.rankings, told.paces, told.ledger.due) == ([], [], [], None)
    assert all(figure.address.startswith("/taskbook/") for figure in told.figures)
    assert "数字来源" in flat(text_of(pdf(told, EDITION, "zh-hans").content))
    assert xlsx(told, EDITION)


def test_a_published_one_does_not(told):
    assert "未公布" not in flat(text_of(pdf(told, EDITION, "zh-hans").content))


def test_characters_that_the_font_lacks_are_printed_as_numbers_and_told(told):
    Goal.objects.filter(key="closed").update(name_zh="补齐𠮷祥里值守")
    made = pdf(contents_of(told.district, MARCH), EDITION, "zh-hans")
    assert made.missing == ("𠮷",)
    text = flat(text_of(made.content))
    assert "补齐〔U+20BB7〕祥里值守" in text
    assert "字体缺少" in text


def test_what_is_written_in_a_name_is_no_markup(told):
    Goal.objects.filter(key="closed").update(name_zh='#panic("x") *加粗* $x$ [y] @ref <a> //')
    text = flat(text_of(pdf(contents_of(told.district, MARCH), EDITION, "zh-hans").content))
    assert '#panic("x")*加粗*$x$[y]@ref<a>//' in text


def test_every_word_of_the_bulletin_is_in_the_font(told):
    missing = set()
    for language in ("zh-hans", "en"):
        printable(document(told, EDITION, language), font().characters, missing)
    assert not missing


def test_the_workbook_holds_every_figure_with_its_sources(told, book):
    found = {row["编号"]: row for row in rows(book, "全部数字 Figures")}
    assert list(found) == [figure.number for figure in told.figures]
    for figure in told.figures:
        row = found[figure.number]
        assert (row["数值"], row["下限"], row["上限"]) == (figure.value, figure.low, figure.high)
        assert (row["分子"], row["分母"], row["样本量"]) == (figure.numerator, figure.denominator, figure.n)
        assert row["来源行"] == figure.key
        assert row["区间方法或无区间的原因"]
        assert row["说明页地址"].endswith(figure.address)


def test_the_workbook_has_numbers_with_formats_and_frozen_headings(book):
    for sheet in book:
        assert sheet.freeze_panes == "A3"
    sheet = book["指标值 Values"]
    cell = sheet["E3"]
    assert isinstance(cell.value, float)
    assert cell.number_format == '0.00" %"'
    assert len(rows(book, "得分构成 Score parts")) == 2
    assert {row["状态"] for row in rows(book, "承诺 Commitments")} == {"已兑现", "逾期"}
    assert rows(book, "承诺 Commitments")[0]["到期"].isoformat() == "2026-03-15T00:00:00"


def test_a_text_that_begins_like_a_formula_stays_a_text(told):
    Goal.objects.filter(key="closed").update(name_zh='=HYPERLINK("http://x")')
    held = openpyxl.load_workbook(io.BytesIO(xlsx(contents_of(told.district, MARCH), EDITION)))
    cell = held["承诺 Commitments"]["A3"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x")')
