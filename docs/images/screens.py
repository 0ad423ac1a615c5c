#!/usr/bin/env python3
"""Takes the pictures of README, PAGE, SERVE and the year-over-year guide from the samples, in both languages.

    docs/images/screens.py [GOUJI]

Writes page, serve, annotated and year-over-year beside this file: NAME.png in Chinese, NAME.en.png in English. Needs what
workpapers.py needs, what tests/browser needs (selenium, Chromium and its driver), and Pillow. Run by hand after a change
that shows.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(ROOT / "tests/browser")]

from browser import Browser  # noqa: E402
from workpapers import as_pdf, run  # noqa: E402

NOW, BEFORE = "samples/2024", "samples/2023"
GAP = 12


def keep(picture, lang, name):
    """In 128 colours: a third of the bytes, and no difference that an eye finds."""
    picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(HERE / f"{name}{suffix(lang)}.png", optimize=True)


def suffix(lang):
    return "" if lang == "zh" else ".en"


def screen(browser, folder):
    shot = folder / "shot.png"
    browser.driver.save_screenshot(str(shot))
    with Image.open(shot) as picture:
        return picture.convert("RGB")


def page(gouji, lang, folder):
    """The first finding on its card, with the sheet of the cell that is likely wrong."""
    report = folder / "report.html"
    done = run(gouji, "check", NOW, "--prior", BEFORE, "--lang", lang, "--format", "html", cwd=ROOT)
    report.write_bytes(done.stdout)
    browser = Browser((1500, 1010))
    try:
        browser.open(report.as_uri())
        browser.until(lambda: browser.all("#list [role=option]"))[0].click()
        browser.until(lambda: browser.all("#card .related button"))[0].click()
        keep(screen(browser, folder), lang, "page")
    finally:
        browser.close()


def serve(gouji, lang, folder):
    """Both years handed in, and what came of them."""
    program = subprocess.Popen([gouji, "serve", "--no-open", "--lang", lang], stdout=subprocess.PIPE, text=True, encoding="utf-8")
    browser = Browser((1200, 800))
    try:
        browser.open(re.search(r"http://127\S+/", program.stdout.readline())[0])
        for field, place in (("files-now", NOW), ("files-before", BEFORE)):
            browser.id(field).send_keys("\n".join(str(one) for one in (ROOT / place).glob("*.xlsx")))
        browser.until(lambda: browser.id("start").is_enabled())
        browser.id("start").click()
        browser.until(lambda: browser.all("#list [role=option]"))
        browser.id("view-serve").click()
        browser.until(lambda: browser.all("#downloads a"))
        keep(screen(browser, folder), lang, "serve")
    finally:
        browser.close()
        program.send_signal(signal.SIGINT)
        program.wait(30)
        program.stdout.close()


def sheet(folder, pdf, words, width):
    """The first page of a PDF that has the words, cut to what is printed and drawn so wide."""
    pages = run("pdftotext", "-layout", pdf, "-", check=True).stdout.decode().split("\f")
    number = next(at for at, text in enumerate(pages, 1) if words in re.sub(r"\s", "", text))
    run("pdftoppm", "-png", "-singlefile", "-r", 150, "-f", number, "-l", number, pdf, folder / "sheet", check=True)
    with Image.open(folder / "sheet.png") as drawn:
        drawn = drawn.convert("RGB")
    box = drawn.convert("L").point(lambda value: 255 * (value < 200)).getbbox()
    drawn = drawn.crop((box[0] - GAP, box[1] - GAP, box[2] + GAP, box[3] + GAP))
    return drawn.resize((width, drawn.height * width // drawn.width), Image.Resampling.LANCZOS)


def beside(left, right):
    both = Image.new("RGB", (left.width + GAP + right.width, max(left.height, right.height)), "white")
    both.paste(left, (0, 0))
    both.paste(right, (left.width + GAP, 0))
    return both


def annotated(gouji, lang, folder):
    """An annex as filed and as marked, and the list of findings under both."""
    out = folder / "out"
    run(gouji, "check", NOW, "--prior", BEFORE, "--lang", lang, "-o", out, cwd=ROOT)
    filed = as_pdf(folder, ROOT / NOW / "shuangpai-2024.xlsx")
    marked = as_pdf(folder, next(out.glob("*.annotated.xlsx")))
    title = "部门整体支出绩效评价基础数据表"
    above = beside(sheet(folder, filed, title, 700), sheet(folder, marked, title, 700))
    list_title = {"zh": "勾稽核对结果", "en": "Reconciliationfindings"}[lang]
    below = sheet(folder, marked, list_title, above.width)
    whole = Image.new("RGB", (above.width, above.height + GAP + below.height), "white")
    whole.paste(above, (0, 0))
    whole.paste(below, (0, above.height + GAP))
    keep(whole.crop((0, 0, whole.width, min(whole.height, above.height + 560))), lang, "annotated")


def year_over_year(gouji, lang, folder):
    """The summary of two years and its charts."""
    book = folder / "yoy.xlsx"
    run(gouji, "compare", NOW, "--prior", BEFORE, "--lang", lang, "-o", book, check=True, cwd=ROOT)
    pdf = as_pdf(folder, book)
    first, second = {"zh": ("Y1第1页", "Y2第2页"), "en": ("Y1page1", "Y2page2")}[lang]
    keep(beside(sheet(folder, pdf, first, 700), sheet(folder, pdf, second, 700)), lang, "year-over-year")


def main():
    gouji = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/debug/gouji").resolve()
    for lang in ("zh", "en"):
        for draw in (page, serve, annotated, year_over_year):
            with tempfile.TemporaryDirectory() as folder:
                draw(gouji, lang, Path(folder))
                print(f"{draw.__name__} {lang}")


if __name__ == "__main__":
    main()
