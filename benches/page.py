"""What a page of many submissions weighs, and how long a browser takes with it.

    cargo build --release && python3 benches/page.py [--sizes 100,500] [--gouji PROGRAM]

Makes counties (`county.py`), writes their pages, and drives each in headless Chromium: from opening to a list that can be
used, a search through all sentences, the sheets of a submission not looked at before, both languages. The python needs
`tests/browser/requirements.txt`. Times of the browser are wall time of one run, those of gouji processor time, beside
the same run as JSON.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "browser"))

CLICK = """const [work, done] = arguments; const from = performance.now();
  eval(work); requestAnimationFrame(() => setTimeout(() => done(performance.now() - from)));"""
SEARCH = """const [done] = arguments; const from = performance.now(); const count = document.getElementById('count');
  new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => done(performance.now() - from)))).observe(count, {childList: true});
  const field = document.getElementById('text'); field.value = '三公经费'; field.dispatchEvent(new Event('input'));"""


def run(program, folder, kind, out):
    with open(out, "wb") as file:
        child = subprocess.Popen([program, "check", folder, "--format", kind, *(["--ledger"] if kind == "json" else [])], stdout=file, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
    assert os.waitstatus_to_exitcode(status) in (0, 1)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def browse(page):
    from browser import Browser
    browser = Browser()
    driver = browser.driver
    # The bench's own script runs in the page, whose policy allows no other.
    driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    started = time.monotonic()
    browser.open(page.as_uri())
    browser.until(lambda: browser.all("#list [role=option]"))
    figures = {"open": time.monotonic() - started}
    at = lambda name, work: figures.update({name: driver.execute_async_script(CLICK, work) / 1000})
    # The page waits 0.12 s for the next letter; that is counted.
    figures["search"] = driver.execute_async_script(SEARCH) / 1000
    driver.execute_script("document.getElementById('clear').click()")
    at("unit", "document.querySelector('#unit option:last-child').selected = true; "
               "document.getElementById('unit').dispatchEvent(new Event('change'))")
    at("charts", "document.getElementById('view-charts').click()")
    at("language", "document.getElementById('lang').click()")
    browser.close()
    return figures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="100,500")
    parser.add_argument("--gouji", default=str(HERE.parent / "target/release/gouji"))
    given = parser.parse_args()
    print("| submissions | page | gouji, beside --format json --ledger | peak | open | search | another unit | charts | language |")
    print("|---|---|---|---|---|---|---|---|---|")
    for size in map(int, given.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            county = os.path.join(folder, "county")
            subprocess.run([sys.executable, str(HERE / "county.py"), county, str(size)], check=True, stdout=subprocess.DEVNULL)
            page = Path(folder, "report.html")
            html, peak = run(given.gouji, county, "html", page)
            json, _ = run(given.gouji, county, "json", os.path.join(folder, "run.json"))
            seen = browse(page)
            print(f"| {size} | {page.stat().st_size / 2**20:.1f} MB | {html / json:.2f} × | {peak:.0f} MB | "
                  + " | ".join(f"{seen[name]:.2f} s" for name in ("open", "search", "unit", "charts", "language"))
                  + " |", flush=True)


main()
