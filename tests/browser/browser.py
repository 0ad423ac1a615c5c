"""A headless Chromium with what its console said, and the program under test."""

import os
import shutil
import subprocess
import tempfile

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GOUJI = os.environ.get("GOUJI", os.path.join(ROOT, "target", "debug", "gouji"))
QUIET = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-dev-shm-usage"]


def gouji(*args):
    """Runs the program as a user does; gives what it printed."""
    done = subprocess.run([GOUJI, *args], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


class Browser:
    """One window; downloads go to a folder of its own."""

    def __init__(self, size=(1600, 1000)):
        self.downloads = tempfile.mkdtemp()
        self.profile = tempfile.mkdtemp()
        options = webdriver.ChromeOptions()
        options.binary_location = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
        for argument in [*QUIET, f"--user-data-dir={self.profile}", "--window-size=%d,%d" % size]:
            options.add_argument(argument)
        options.add_experimental_option("prefs", {"download.default_directory": self.downloads})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = os.environ.get("CHROMEDRIVER") or shutil.which("chromedriver")
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))

    def open(self, address):
        self.driver.get(address)

    def id(self, name):
        return self.driver.find_element(By.ID, name)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def until(self, check, seconds=120):
        return WebDriverWait(self.driver, seconds, ignored_exceptions=(Exception,)).until(lambda _: check())

    def keys(self, *keys):
        self.driver.switch_to.active_element.send_keys(*keys)

    def focused(self):
        return self.driver.switch_to.active_element

    def complaints(self):
        """What the console said; a page of ours gives it nothing to say."""
        return [line["message"] for line in self.driver.get_log("browser")]

    def shot(self, name):
        """Keeps a picture where somebody asked for pictures."""
        if folder := os.environ.get("SHOTS"):
            os.makedirs(folder, exist_ok=True)
            self.driver.save_screenshot(os.path.join(folder, name))

    def close(self):
        self.driver.quit()
        for folder in (self.downloads, self.profile):
            shutil.rmtree(folder, ignore_errors=True)
