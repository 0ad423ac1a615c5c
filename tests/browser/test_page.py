"""report.html in a real browser: load, filter, card, jumps, keyboard, languages, charts, print, inert text."""

import base64
import json
import os
import tempfile
import unittest
from pathlib import Path

import openpyxl
from selenium.webdriver.common.keys import Keys

from browser import ROOT, Browser, gouji

SAMPLE = ["samples/2024", "--prior", "samples/2023"]


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        page = Path(cls.folder.name, "report.html")
        page.write_text(gouji("check", *SAMPLE, "--format", "html"), encoding="utf-8")
        cls.findings = json.loads(gouji("check", *SAMPLE, "--format", "json"))["findings"]
        cls.address = page.as_uri()
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.folder.cleanup()

    def setUp(self):
        self.browser.open("about:blank")
        self.browser.open(self.address)

    def tearDown(self):
        self.assertEqual(self.browser.complaints(), [])

    def options(self):
        return self.browser.all("#list [role=option]")

    def choose(self, code):
        """Opens the first finding of a rule by the filter and a click."""
        at = next(at for at, one in enumerate(self.findings) if one["code"] == code)
        self.browser.id(f"f{at}").click()
        return self.findings[at]

    def test_every_finding_is_listed(self):
        self.assertEqual(len(self.options()), len(self.findings))
        self.assertIn(str(len(self.findings)), self.browser.id("count").text)
        for severity in ("error", "warning", "note"):
            count = sum(one["severity"] == severity for one in self.findings)
            self.assertTrue(self.browser.id(f"severity-{severity}").text.endswith(str(count)))

    def test_filters_narrow_the_list(self):
        self.browser.id("severity-warning").click()
        self.browser.id("severity-note").click()
        errors = [one for one in self.findings if one["severity"] == "error"]
        self.assertEqual(len(self.options()), len(errors))
        self.browser.id("text").send_keys("gj301")
        self.browser.until(lambda: len(self.options()) == sum(one["code"] == "GJ301" for one in errors))
        self.browser.id("clear").click()
        self.assertEqual(len(self.options()), len(self.findings))
        self.browser.one('#code option[value="GJ302"]').click()
        self.assertEqual(len(self.options()), sum(one["code"] == "GJ302" for one in self.findings))
        self.browser.id("clear").click()
        self.browser.one('#annex option[value="附件3"]').click()
        self.assertTrue(0 < len(self.options()) < len(self.findings))
        self.browser.id("text").send_keys("没有这样的问题")
        self.browser.until(lambda: not self.options() and self.browser.one("#list .none").text)

    def test_the_card_says_what_the_finding_says(self):
        one = self.choose("GJ301")
        card = self.browser.id("card")
        for key in ("title", "message", "hint"):
            self.assertIn(one[key], card.text)
        for key in ("expected", "reported", "difference", "allowance"):
            self.assertIn(one[key], card.find_element("css selector", ".figures").text)
        places = [place.text for place in self.browser.all("#card .operands .place")]
        self.assertEqual(places, [f"{cell['sheet']}!{cell['cell']}" for cell in one["cells"]])
        marked = self.browser.one("td.whole")
        self.assertIn("error", marked.get_attribute("class"))
        self.assertEqual(marked.text, one["cells"][0]["text"])
        self.browser.shot("page-error.png")

    def test_a_likely_cause_stands_on_the_card_and_leads_to_its_cell(self):
        at, one = next((at, one) for at, one in enumerate(self.findings) if one["causes"] and one["likely"])
        self.browser.id(f"f{at}").click()
        cause = one["causes"][0]
        card = self.browser.id("card").text
        for words in ("可能原因", one["likely"], cause["why"], f"{cause['sheet']}!{cause['cell']}", cause["proposed"] or ""):
            self.assertIn(words, card)
        # Every cause that could be, in its rank, with what it would mend and break.
        several = max(self.findings, key=lambda one: len({cause["set"] for cause in one["causes"]}))
        self.browser.id(f"f{self.findings.index(several)}").click()
        card = self.browser.id("card").text
        for cause in several["causes"]:
            self.assertIn(f"不平的{cause['of']}处中改后{cause['repairs']}处相符，{cause['breaks']}处转为不平", card)
            self.assertIn(cause["why"], card)
        self.assertEqual(len(self.browser.all("#card .sets > li")), len({cause["set"] for cause in several["causes"]}))
        self.browser.shot("page-causes.png")
        self.browser.id(f"f{at}").click()
        cause = one["causes"][0]
        self.browser.one("#card .related button").click()
        self.assertIn(cause["sheet"], self.browser.one("#tabs [aria-selected=true]").text)
        self.browser.shot("page-cause.png")

    def test_related_cells_lead_to_other_sheets_and_to_last_year(self):
        one = self.choose("GJ301")
        self.browser.all("#card .operands button")[1].click()
        self.assertIn(one["cells"][1]["sheet"], self.browser.one("#tabs [aria-selected=true]").text)
        self.assertEqual(self.browser.focused().text, one["cells"][1]["text"])
        before = next(at for at, one in enumerate(self.findings)
                      if any("2023" in cell["file"] for cell in one["cells"][1:]))
        self.browser.id(f"f{before}").click()
        number = next(at for at, cell in enumerate(self.findings[before]["cells"]) if "2023" in cell["file"])
        self.browser.all("#card .operands button")[number].click()
        self.assertIn("2023", self.browser.one("#files [aria-pressed=true]").text)
        self.assertEqual(self.browser.focused().text, self.findings[before]["cells"][number]["text"])

    def test_sheets_are_drawn_as_they_were_filed(self):
        book = openpyxl.load_workbook(os.path.join(ROOT, "samples/2024/shuangpai-2024.xlsx"), data_only=True)
        self.browser.until(lambda: self.browser.all("#tabs button"))
        for tab in range(len(self.browser.all("#tabs button"))):
            self.browser.all("#tabs button")[tab].click()
            name = self.browser.one("table.sheet").get_attribute("aria-label")
            drawn = self.browser.driver.execute_script(
                "return [...document.querySelectorAll('table.sheet td')].map(td => [td.dataset.at, td.rowSpan, td.colSpan, td.textContent])")
            cells = {tuple(map(int, at.split(","))): (rows, cols, text) for at, rows, cols, text in drawn}
            sheet = book[name]
            for merge in sheet.merged_cells.ranges:
                at = (merge.min_row - 1, merge.min_col - 1)
                if at in cells and sheet.cell(merge.min_row, merge.min_col).value is not None:
                    self.assertEqual(cells[at][:2], (merge.size["rows"], merge.size["columns"]), f"{name} {merge}")
            numbers = [cell for row in sheet for cell in row if isinstance(cell.value, (int, float))]
            for cell in numbers:
                shown = cells[(cell.row - 1, cell.column - 1)][2].replace(",", "")
                if not shown.endswith("%"):
                    self.assertAlmostEqual(float(shown), cell.value, places=2, msg=f"{name}!{cell.coordinate}")

    def test_everything_goes_by_keyboard(self):
        self.browser.one("body").send_keys("/")
        self.assertEqual(self.browser.focused().get_attribute("id"), "text")
        self.browser.keys("GJ3")
        self.browser.until(lambda: len(self.options()) < len(self.findings))
        self.browser.id("list").send_keys(Keys.ARROW_DOWN)
        self.browser.keys(Keys.ARROW_DOWN)
        first, second = self.options()[:2]
        self.assertEqual(second.get_attribute("aria-selected"), "true")
        self.assertEqual(self.browser.id("list").get_attribute("aria-activedescendant"), second.get_attribute("id"))
        self.browser.keys(Keys.ENTER)
        self.assertEqual(self.browser.focused().get_attribute("id"), "card")
        self.browser.keys("p")
        self.assertEqual(first.get_attribute("aria-selected"), "true")
        self.browser.keys(Keys.ESCAPE)
        self.assertFalse(self.browser.id("card").is_displayed())
        self.assertEqual(self.browser.focused().get_attribute("id"), "list")
        cell = self.browser.one('td[tabindex="0"]')
        cell.send_keys(Keys.ARROW_DOWN)
        self.assertNotEqual(self.browser.focused(), cell)
        self.assertEqual(self.browser.focused().tag_name, "td")
        marked = self.browser.one("td.error")
        self.browser.driver.execute_script("arguments[0].focus()", marked)
        marked.send_keys(Keys.ENTER)
        self.assertEqual(self.browser.focused().get_attribute("id"), "card")
        self.browser.keys(Keys.ESCAPE)
        self.assertEqual(self.browser.focused(), marked)

    def test_a_screen_reader_is_told(self):
        one = self.choose("GJ301")
        self.assertIn(one["message"], self.browser.id("said").get_attribute("textContent"))
        self.assertIn("错误", self.browser.one("td.error").get_attribute("aria-label"))
        unnamed = self.browser.driver.execute_script("""
            return [...document.querySelectorAll('button, input, select, [role=listbox], [role=tablist], aside, nav')]
              .filter(e => !(e.getAttribute('aria-label') || e.textContent.trim())).map(e => e.outerHTML)""")
        self.assertEqual(unnamed, [])

    def test_contrast_is_enough(self):
        ratios = self.browser.driver.execute_script("""
            const light = text => text.match(/[\\d.]+/g).slice(0, 3).map(Number).map(v => v / 255)
              .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
            const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
              if (!/, 0\\)|transparent/.test(c)) return c; } return 'rgb(255, 255, 255)'; };
            return [...document.querySelectorAll('.list *, .top *, .side *, table.sheet *')].filter(e => e.childNodes.length &&
              [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).map(e => {
              const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
              return [(a + .05) / (b + .05), e.className + ' ' + e.tagName]; })""")
        self.assertTrue(ratios)
        self.assertEqual([name for ratio, name in ratios if ratio < 4.5], [])

    def test_english_says_all_of_it(self):
        self.browser.id("lang").click()
        english = json.loads(gouji("check", *SAMPLE, "--format", "json", "--lang", "en"))["findings"]
        self.assertEqual(self.browser.one("html").get_attribute("lang"), "en")
        self.choose("GJ301")
        card = self.browser.id("card").text
        one = next(one for one in english if one["code"] == "GJ301")
        for words in ("Expected", "Reported", "Related cells", one["title"], one["message"], one["hint"]):
            self.assertIn(words, card)
        self.browser.id("lang").click()
        self.assertIn("应为", self.browser.id("card").text)

    def test_charts_are_drawn_and_lead_to_the_list(self):
        self.browser.id("view-charts").click()
        self.browser.shot("page-charts.png")
        for chart in ("execution", "years", "rules"):
            self.assertTrue(self.browser.all(f"#chart-{chart} svg rect"), chart)
        bar = self.browser.one("#chart-rules g[role=button]")
        code = bar.get_attribute("aria-label").split()[0]
        bar.send_keys(Keys.ENTER)
        self.assertTrue(self.browser.id("findings").is_displayed())
        self.assertEqual(len(self.options()), sum(one["code"] == code for one in self.findings))

    def test_a_narrow_screen_cuts_nothing(self):
        self.browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                            {"width": 375, "height": 812, "deviceScaleFactor": 2, "mobile": True})
        self.addCleanup(self.browser.driver.execute_cdp_cmd, "Emulation.clearDeviceMetricsOverride", {})
        wider = """return [...document.querySelectorAll(arguments[0])].filter(e => e.getBoundingClientRect().right > innerWidth + 1 &&
            !e.closest('svg, table') && e.offsetParent).map(e => e.outerHTML.slice(0, 80))"""
        for view in ("findings", "charts", "about"):
            self.browser.id(f"view-{view}").click()
            self.assertEqual(self.browser.driver.execute_script(wider, f"header *, #{view} *"), [], view)
            self.assertEqual(self.browser.driver.execute_script("return document.documentElement.scrollWidth"), 375, view)

    def test_it_prints(self):
        self.choose("GJ301")
        page = base64.b64decode(self.browser.driver.print_page())
        self.assertTrue(page.startswith(b"%PDF"))
        self.assertEqual(len(self.browser.all("#print-list tbody tr")), len(self.findings))

    def test_a_link_opens_one_finding(self):
        self.browser.open("about:blank")
        self.browser.open(self.address + "#3")
        self.assertIn(self.findings[2]["message"], self.browser.id("card").text)
        self.browser.shot("page-link.png")

    def test_an_explanation_typed_here_closes_the_finding_in_the_next_run(self):
        at = next(at for at, one in enumerate(self.findings) if one["class"] == "verify" and one["verdict"] == "unbalanced")
        one = self.findings[at]
        self.browser.id(f"f{at}").click()
        self.browser.id("reason").send_keys("按合同分两年支付，见附件。")
        self.browser.id("who").send_keys("财务股")
        self.browser.id("keep").click()
        self.browser.until(lambda: "本页已记下" in self.browser.id(f"f{at}").text)
        self.browser.id("save-answers").click()
        place = os.path.join(self.browser.downloads, "审核说明.json")
        self.browser.until(lambda: os.path.exists(place))
        again = json.loads(gouji("check", *SAMPLE, "--explanations", place, "--format", "json"))["findings"]
        told = next(other for other in again if other["key"] == one["key"])
        self.assertTrue(told["closed"])
        self.assertEqual((told["explanation"]["reason"], told["explanation"]["who"]), ("按合同分两年支付，见附件。", "财务股"))
        page = Path(self.folder.name, "again.html")
        page.write_text(gouji("check", *SAMPLE, "--explanations", place, "--format", "html"), encoding="utf-8")
        self.browser.open("about:blank")
        self.browser.driver.switch_to.alert.accept() if self.alert() else None
        self.browser.open(page.as_uri())
        self.browser.one('#status option[value="closed"]').click()
        self.assertEqual(len(self.options()), 1)
        self.options()[0].click()
        self.assertIn("按合同分两年支付", self.browser.one("#card .closed").text)
        self.assertIn("已说明 1", self.browser.id("totals").text)
        self.browser.shot("page-explained.png")

    def alert(self):
        try:
            return self.browser.driver.switch_to.alert
        except Exception:
            return None

    def test_a_balance_cannot_be_explained_away(self):
        self.choose("GJ301")
        self.assertFalse(self.browser.all("#card .explain"))
        self.assertIn("说明不能代替更正", self.browser.id("card").text)

    def test_submitted_text_is_inert(self):
        hostile = "</script><script>document.title='x'</script><img src=x onerror=\"document.title='x'\"><b>粗</b>"
        book = openpyxl.load_workbook(os.path.join(ROOT, "samples/2024/shuangpai-2024.xlsx"))
        sheet = book.worksheets[0]
        sheet.cell(60, 1).value = hostile
        sheet.title = "附件1 <i>x"
        with tempfile.TemporaryDirectory() as folder:
            book.save(os.path.join(folder, "a<b>.xlsx"))
            page = Path(folder, "report.html")
            page.write_text(gouji("check", folder, "--format", "html"), encoding="utf-8")
            self.browser.open(page.as_uri())
            self.browser.all("#tabs button")[0].click()
            cells = [td.text for td in self.browser.all("table.sheet td") if "onerror" in td.text]
            self.assertEqual(cells, [hostile])
            self.assertNotEqual(self.browser.driver.title, "x")
            self.assertFalse(self.browser.all("main img, main script, main b b, #tabs i"))


if __name__ == "__main__":
    unittest.main()
