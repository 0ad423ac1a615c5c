"""`gouji serve` in a real browser: take the sample in, watch it, read findings, fetch the results and open them."""

import http.client
import json
import os
import re
import signal
import subprocess
import tempfile
import time
import unittest
import zipfile

import openpyxl

from browser import GOUJI, ROOT, Browser

NOW = os.path.join(ROOT, "samples/2024/shuangpai-2024.xlsx")
BEFORE = os.path.join(ROOT, "samples/2023")


class Serve(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        environment = {**os.environ, "TMPDIR": cls.temporary.name}
        cls.program = subprocess.Popen([GOUJI, "serve", "--no-open"], stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment)
        cls.address = re.search(r"http://127\.0\.0\.1:(\d+)/([0-9a-f]{40})/", cls.program.stdout.readline())
        cls.port, cls.token = int(cls.address[1]), cls.address[2]
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.program.send_signal(signal.SIGINT)
        code = cls.program.wait(30)
        cls.program.stdout.close()
        left = os.listdir(cls.temporary.name)
        cls.temporary.cleanup()
        assert (code, left) == (0, []), "it ends well and leaves nothing behind"

    def ask(self, path, method="GET", body=None, **headers):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        names = {"Host": f"127.0.0.1:{self.port}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        try:
            link.request(method, path, body=body, headers=names)
            with link.getresponse() as answer:
                return answer.status, answer.read(), answer.headers
        finally:
            link.close()

    def fetched(self, name):
        place = os.path.join(self.browser.downloads, name)
        self.browser.until(lambda: os.path.exists(place) and not os.path.exists(place + ".crdownload"))
        return place

    def test_1_a_submission_goes_in_and_comes_back_marked(self):
        browser = self.browser
        browser.open(self.address[0])
        self.assertTrue(browser.id("serve").is_displayed())
        self.assertFalse(browser.id("start").is_enabled())
        browser.id("files-now").send_keys(NOW)
        browser.until(lambda: "shuangpai-2024.xlsx" in browser.id("zone-now").text)
        for file in sorted(os.listdir(BEFORE)):
            if file.endswith(".xlsx"):
                browser.id("files-before").send_keys(os.path.join(BEFORE, file))
                browser.until(lambda: file in browser.id("zone-before").text)
        browser.shot("serve-files.png")
        browser.until(lambda: browser.id("start").is_enabled())
        browser.id("start").click()
        browser.until(lambda: browser.all("#list [role=option]"))
        self.assertTrue(browser.id("findings").is_displayed())
        browser.all("#list [role=option]")[0].click()
        self.assertIn("本年", browser.one("#files .prior + *, #files button").text)
        browser.shot("serve-findings.png")
        browser.id("view-serve").click()
        browser.until(lambda: browser.all("#downloads a"))
        browser.shot("serve-results.png")
        names = [link.text for link in browser.all("#downloads a")]
        self.assertTrue(any(name.startswith("反馈单/") for name in names), names)
        for name in ("workpapers.xlsx", "summary.xlsx", "report.html", "shuangpai-2024.annotated.xlsx"):
            self.assertIn(name, names)
        browser.one("#downloads a[download='shuangpai-2024.annotated.xlsx']").click()
        book = openpyxl.load_workbook(self.fetched("shuangpai-2024.annotated.xlsx"))
        self.assertEqual(book.worksheets[-1].title, "勾稽结果")
        notes = [cell for sheet in book for row in sheet for cell in row if cell.comment]
        self.assertTrue(any("GJ301" in cell.comment.text for cell in notes))
        browser.one("#downloads a[download='workpapers.xlsx']").click()
        self.assertGreater(len(openpyxl.load_workbook(self.fetched("workpapers.xlsx")).worksheets), 5)
        browser.id("all-results").click()
        with zipfile.ZipFile(self.fetched("gouji.zip")) as archive:
            self.assertIsNone(archive.testzip())
            self.assertEqual(sorted(archive.namelist()), sorted(names))
        self.assertEqual(browser.complaints(), [])

    def test_2_an_explanation_is_typed_and_holds_in_the_next_run(self):
        browser = self.browser
        browser.id("view-findings").click()
        browser.id("severity-error").click()
        browser.id("severity-note").click()
        for row in browser.all("#list [role=option]"):
            row.click()
            if browser.all("#reason"):
                break
        browser.id("reason").send_keys("按合同分两年支付，见附件。")
        browser.id("keep").click()
        browser.id("view-serve").click()
        browser.until(lambda: browser.id("answers").text.startswith("1"))
        browser.id("start").click()
        browser.until(lambda: "已说明 1" in browser.id("totals").text)
        browser.id("view-serve").click()
        browser.until(lambda: browser.all("#downloads a[download='审核说明.json']"))
        self.assertEqual(browser.complaints(), [])

    def test_3_a_file_that_is_no_workbook_is_told(self):
        browser = self.browser
        browser.id("start-over").click()
        browser.until(lambda: not browser.all("#zone-now li") and not browser.id("start").is_enabled())
        with tempfile.TemporaryDirectory() as folder:
            broken = os.path.join(folder, "坏的.xlsx")
            with open(broken, "wb") as file:
                file.write(b"no workbook")
            browser.id("files-now").send_keys(broken)
            browser.until(lambda: "坏的.xlsx" in browser.id("zone-now").text)
        browser.until(lambda: browser.id("start").is_enabled())
        browser.id("start").click()
        browser.until(lambda: "坏的.xlsx" in browser.one("#about .failed").text)
        self.assertEqual(browser.complaints(), [])

    def test_4_nobody_else_is_answered(self):
        page = f"/{self.token}/"
        own = f"http://127.0.0.1:{self.port}"
        status, body, headers = self.ask(page)
        self.assertEqual(status, 200)
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        self.assertEqual((headers["Cache-Control"], headers["X-Content-Type-Options"]), ("no-store", "nosniff"))
        for path in ("/", "/state", "/" + "0" * 40 + "/", page[:-1]):
            self.assertEqual(self.ask(path)[0], 403, path)
        self.assertEqual(self.ask(page, Host="evil.example")[0], 403)
        self.assertEqual(self.ask(page, Origin="http://evil.example")[0], 403)
        self.assertEqual(self.ask(page + "check", "POST")[0], 403)
        self.assertEqual(self.ask(page + "check", "POST", Origin="null")[0], 403)
        self.assertEqual(self.ask(page + "nothing")[0], 404)
        self.assertEqual(self.ask(page + "download/99")[0], 404)
        self.assertEqual(self.ask(page, "DELETE", Origin=own)[0], 405)
        self.assertEqual(self.ask(page + "file?year=now&name=..", "POST", b"x", Origin=own)[0], 400)
        self.assertEqual(self.ask(page + "file?year=then&name=a.xlsx", "POST", b"x", Origin=own)[0], 400)

    def test_5_a_name_stays_in_its_folder_and_a_size_in_its_limit(self):
        own = f"http://127.0.0.1:{self.port}"
        path = f"/{self.token}/file?year=now&name=..%2F..%2Fescaped.xlsx"
        self.assertEqual(self.ask(path, "POST", b"x", Origin=own)[0], 204)
        found = [os.path.relpath(os.path.join(at, file), self.temporary.name)
                 for at, _, files in os.walk(self.temporary.name) for file in files if file == "escaped.xlsx"]
        self.assertEqual([place.split(os.sep)[1:] for place in found], [["本年", "escaped.xlsx"]])
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        link.putrequest("POST", f"/{self.token}/file?year=now&name=big.xlsx")
        link.putheader("Origin", own)
        # A body that is too large is taken in, thrown away, and then answered.
        link.putheader("Content-Length", str((64 << 20) + 1))
        link.endheaders()
        for _ in range(64):
            link.send(bytes(1 << 20))
        link.send(b"x")
        self.assertEqual(link.getresponse().status, 413)
        link.close()

    def state(self):
        return json.loads(self.ask(f"/{self.token}/state")[1])

    def run_out(self):
        self.browser.until(lambda: not self.state()["running"])
        return self.state()

    def test_6_a_check_is_stopped_and_the_next_one_runs(self):
        own, page = f"http://127.0.0.1:{self.port}", f"/{self.token}/"
        self.assertEqual(self.ask(page + "clear", "POST", Origin=own)[0], 200)
        with open(NOW, "rb") as file:
            sample = file.read()
        for number in range(60):
            self.assertEqual(self.ask(f"{page}file?year=now&name={number}.xlsx", "POST", sample, Origin=own)[0], 204)
        self.assertEqual(self.ask(page + "check", "POST", Origin=own)[0], 202)
        self.assertEqual(self.ask(page + "check", "POST", Origin=own)[0], 409, "one run at a time")
        self.assertEqual(self.ask(page + "cancel", "POST")[0], 403)
        self.assertEqual(self.ask(page + "cancel", "POST", Origin=own)[0], 200)
        state = self.run_out()
        self.assertIn("已停止", state["fault"])
        self.assertEqual(state["downloads"], [])
        self.browser.open("about:blank")
        self.browser.open(self.address[0])
        self.browser.id("view-serve").click()
        self.browser.until(lambda: "已停止" in self.browser.one("#serve .fault").text)
        self.assertEqual(self.ask(page + "clear", "POST", Origin=own)[0], 200)
        self.assertEqual(self.ask(page + "file?year=now&name=a.xlsx", "POST", sample, Origin=own)[0], 204)
        self.assertEqual(self.ask(page + "check", "POST", Origin=own)[0], 202)
        state = self.run_out()
        self.assertIsNone(state["fault"])
        self.assertTrue(state["downloads"])


class End(unittest.TestCase):
    def test_the_page_ends_the_program_and_nothing_is_left(self):
        with tempfile.TemporaryDirectory() as folder:
            program = subprocess.Popen([GOUJI, "serve", "--no-open"], stdout=subprocess.PIPE, text=True, encoding="utf-8",
                                       env={**os.environ, "TMPDIR": folder})
            self.addCleanup(program.kill)
            browser = Browser()
            self.addCleanup(browser.close)
            browser.open(re.search(r"http://\S+/", program.stdout.readline())[0])
            browser.id("files-now").send_keys(NOW)
            browser.until(lambda: "shuangpai-2024.xlsx" in browser.id("zone-now").text)
            browser.id("end").click()
            self.assertIn("确定", browser.id("end").text)
            self.assertIsNone(program.poll(), "the first press only asks")
            browser.id("end").click()
            browser.until(lambda: browser.id("ended").is_displayed())
            self.assertEqual(program.wait(30), 0)
            program.stdout.close()
            self.assertEqual(os.listdir(folder), [])


if __name__ == "__main__":
    unittest.main()
