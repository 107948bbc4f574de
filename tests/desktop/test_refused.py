"""Rules, and answers that are no success: Docker Desktop throws them, and their body is only text."""

from playwright.sync_api import expect

from tests.desktop.window import Window


def test_a_rule_is_edited_previewed_and_saved(desktop: Window) -> None:
    desktop.backend.wait("/api/projects/demo/services/worker/metrics", bool)
    desktop.open("/s/demo/worker/rules")
    page = desktop.page
    page.get_by_label("Most replicas").fill("4")
    preview = page.get_by_role("region", name="Had these rules held")
    expect(preview).to_contain_text("Replica-hours")
    desktop.button("Review and save").click()
    dialog = page.get_by_role("dialog", name="Write these rules?")
    expect(dialog).to_contain_text("max_replicas: 4")
    dialog.get_by_role("button", name="Write docktor.yaml").click()
    expect(page.get_by_text("the rules of worker are in force")).to_be_visible()
    written = desktop.backend.file.read_text(encoding="utf-8")
    assert "max_replicas: 4" in written and "# the queue's" in written
    assert desktop.backend.service("worker")["max"] == 4


def test_rules_that_can_not_be_are_refused_with_the_reason(desktop: Window) -> None:
    before = desktop.backend.file.read_text(encoding="utf-8")
    desktop.open("/s/demo/worker/rules")
    desktop.page.get_by_label("Fewest replicas").fill("9")
    desktop.button("Review and save").click()
    dialog = desktop.page.get_by_role("dialog", name="Write these rules?")
    expect(dialog).to_contain_text("Docktor would refuse this")
    dialog.get_by_role("button", name="Show the faults").click()
    expect(dialog).to_have_count(0)
    expect(desktop.page.get_by_text("max_replicas").first).to_be_visible()
    assert desktop.backend.file.read_text(encoding="utf-8") == before


def test_a_limit_that_stops_a_scale_is_told_in_its_dialog(desktop: Window) -> None:
    desktop.open()
    desktop.button("Actions for worker").click()
    desktop.page.get_by_role("menuitem", name="Scale by hand…").click()
    dialog = desktop.page.get_by_role("dialog", name="Scale worker by hand")
    dialog.get_by_label("Replicas").fill("9")
    dialog.get_by_role("button", name="Scale to 9").click()
    expect(dialog.get_by_role("alert")).to_contain_text("A limit stopped it")
    expect(dialog.get_by_role("alert")).to_contain_text("6")
    dialog.get_by_label("Replicas").fill("3")
    dialog.get_by_role("button", name="Scale to 3").click()
    expect(dialog).to_have_count(0)
    assert desktop.backend.service("worker")["desired"] == 3


def test_what_is_not_there_is_told(desktop: Window) -> None:
    desktop.open("/s/demo/nobody")
    expect(desktop.page.get_by_text("There is no such service")).to_be_visible()
    desktop.open("/decisions/999999")
    expect(desktop.page.get_by_text("There is no decision 999999 on record")).to_be_visible()
