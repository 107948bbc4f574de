"""Pages elsewhere that try to change something, in the name of a user who is logged in."""

from collections.abc import Iterable

import pytest

from tests.browser.changes import Change
from tests.browser.scene import Scene

FORM = """
function submit({url, kind, fields}, target) {
    const form = document.body.appendChild(document.createElement("form"));
    Object.assign(form, {action: url, method: "POST", enctype: kind, target});
    for (const [name, value] of fields) {
        const field = form.appendChild(document.createElement("textarea"));
        [field.name, field.value] = [name, value];
    }
    form.submit();
}
"""
HIDDEN = f"""forms => {{
    {FORM}
    forms.forEach((form, number) => {{
        const frame = document.body.appendChild(document.createElement("iframe"));
        [frame.name, frame.hidden] = [`frame${{number}}`, true];
        submit(form, frame.name);
    }});
}}"""
WHOLE_PAGE = f"form => {{ {FORM} submit(form, '_top'); }}"
KINDS = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
# What a page may send without asking first.
SIMPLE = {
    "fetch": "(url, text) => fetch(url, {method: 'POST', credentials: 'include', body: text})",
    "fetch-no-cors": "(url, text) => fetch(url, {method: 'POST', mode: 'no-cors', credentials: 'include', body: text})",
    "fetch-keepalive": "(url, text) => fetch(url, {method: 'POST', mode: 'no-cors', credentials: 'include', "
    "keepalive: true, body: text})",
    "fetch-untyped": "(url, text) => fetch(url, {method: 'POST', mode: 'no-cors', credentials: 'include', "
    "body: new Blob([text])})",
    # Leave must be asked for that one, so the browser is to send something else, or nothing.
    "fetch-called-json": "(url, text) => fetch(url, {method: 'POST', mode: 'no-cors', credentials: 'include', "
    "headers: {'Content-Type': 'application/json', 'X-Docktor': '1'}, body: text})",
    "beacon": "async (url, text) => { if (!navigator.sendBeacon(url, text)) throw new TypeError('not sent'); }",
    "xhr": """(url, text) => new Promise((resolve, reject) => {
        const asking = new XMLHttpRequest();
        asking.open("POST", url);
        asking.withCredentials = true;
        asking.onload = () => resolve({type: "cors", status: asking.status});
        asking.onerror = () => reject(new TypeError("XMLHttpRequest"));
        asking.send(text);
    })""",
}
# What it must ask leave for.
ASKING = {
    "fetch": "(url, method, body) => fetch(url, {method, body, credentials: 'include', "
    "headers: {'Content-Type': 'application/json', 'X-Docktor': '1'}})",
    "fetch-json": "(url, method, body) => fetch(url, {method, body, credentials: 'include', "
    "headers: {'Content-Type': 'application/json'}})",
    "fetch-with-a-token": "(url, method, body) => fetch(url, {method, body, credentials: 'omit', "
    "headers: {'Content-Type': 'application/json', Authorization: 'Bearer guessed'}})",
}
SEND_ALL = """async requests => {
    const outcome = answer => answer && answer.type !== "opaque" ? `read ${answer.type} ${answer.status}` : "unseen";
    return Promise.all(requests.map(request => Promise.resolve(send(...request)).then(outcome, error => error.name)));
}"""


def form(scene: Scene, change: Change, kind: str) -> dict[str, object]:
    if kind == "text/plain":
        fields = [change.smuggled]
    else:
        fields = [(name, str(value)) for name, value in (change.body or {"x": "y"}).items()]
    return {"url": scene.url(change.path), "kind": kind, "fields": fields}


def paths(wanted: Iterable[Change]) -> list[str]:
    return [change.path for change in wanted]


@pytest.mark.parametrize("kind", KINDS)
def test_forms_in_hidden_frames(scene: Scene, kind: str) -> None:
    wanted = scene.posts()
    scene.attack(HIDDEN, [form(scene, change, kind) for change in wanted])
    heard = scene.heard_with_cookie(paths(wanted))
    assert all(one.headers["content-type"].startswith(kind) for one in heard)
    scene.assert_refused(heard)


def test_forms_that_take_the_user_along(scene: Scene) -> None:
    wanted = {change.name: change for change in scene.posts()}
    for name, kind in (("scale", "text/plain"), ("mode", KINDS[0]), ("approve", KINDS[1]), ("stop", KINDS[0])):
        scene.lure()
        with scene.page.expect_navigation():
            scene.attack(WHOLE_PAGE, form(scene, wanted[name], kind))
        scene.assert_refused(scene.heard_with_cookie([wanted[name].path]))


def test_requests_that_need_no_leave(scene: Scene) -> None:
    wanted = scene.posts()
    requests = [(scene.url(change.path), change.json or "") for change in wanted]
    for way, code in SIMPLE.items():
        scene.lure()
        outcomes = scene.attack(f"requests => {{ const send = {code}; return ({SEND_ALL})(requests); }}", requests)
        assert set(outcomes) <= {"unseen", "TypeError"}, way
        heard = scene.heard_with_cookie(paths(wanted))
        assert all(one.headers.get("content-type") != "application/json" for one in heard), way
        assert all("x-docktor" not in one.headers for one in heard), way
        scene.assert_refused(heard)


def test_requests_that_need_leave(scene: Scene) -> None:
    wanted = scene.changes()
    requests = [(scene.url(change.path), change.method, change.json) for change in wanted]
    for way, code in ASKING.items():
        scene.lure()
        outcomes = scene.attack(f"requests => {{ const send = {code}; return ({SEND_ALL})(requests); }}", requests)
        assert set(outcomes) == {"TypeError"}, way
        asked = {(one.method, one.status) for one in scene.heard(paths(wanted))}
        assert asked == {("OPTIONS", 403)}, way
