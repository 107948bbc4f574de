"""Frames, windows and pages without an origin."""

from tests.browser.scene import Scene

FRAMED = ("/", "/api/health", "/api/projects", "/metrics")
FRAME = """([tag, urls]) => Promise.all(urls.map(url => new Promise(resolve => {
    const frame = document.createElement(tag);
    frame.onload = frame.onerror = resolve;
    frame[tag === "object" ? "data" : "src"] = url;
    document.body.append(frame);
    setTimeout(resolve, 2000); // an <object> that fails says nothing
})))"""
# Sends what needs no leave, and tells the page around it what came of it.
SEND = """requests => {
    const ways = [];
    for (const [url, text] of JSON.parse(requests)) {
        ways.push(fetch(url, {method: "POST", mode: "no-cors", credentials: "include", body: text}));
    }
    Promise.allSettled(ways).then(results => parent.postMessage(results.map(one => one.status), "*"));
}"""
WITHOUT_ORIGIN = """([where, code, requests]) => new Promise(resolve => {
    onmessage = ({data, origin}) => resolve([origin, data]);
    const frame = document.createElement("iframe");
    const page = `<script>(${code})(${JSON.stringify(JSON.stringify(requests))})</` + "script>";
    if (where === "sandbox") Object.assign(frame, {srcdoc: page, sandbox: "allow-scripts allow-forms"});
    else frame.src = "data:text/html," + encodeURIComponent(page);
    document.body.append(frame);
})"""
FORM = """([url, name, value]) => {
    const frame = document.createElement("iframe");
    frame.srcdoc = `<form method=post enctype=text/plain action="${url}"><textarea></textarea></form><script>
        const field = document.querySelector("textarea");
        field.name = ${JSON.stringify(name)};
        field.value = ${JSON.stringify(value)};
        document.forms[0].submit();
    </` + "script>";
    frame.sandbox = "allow-scripts allow-forms";
    document.body.append(frame);
}"""
OPEN = """url => {
    window.other = window.open(url);
    return window.other !== null;
}"""
PRY = """() => {
    const tries = {
        document: () => other.document.body.innerText,
        location: () => other.location.href,
        script: () => other.eval("1"),
        storage: () => other.localStorage.length,
    };
    const outcomes = {};
    for (const [name, look] of Object.entries(tries)) {
        try { outcomes[name] = `read ${look()}`; } catch (error) { outcomes[name] = error.name; }
    }
    return outcomes;
}"""


def test_frames(scene: Scene) -> None:
    inside = f"http://{scene.place.attacker}:{scene.evil.port}/inside"
    for tag in ("iframe", "object", "embed"):
        scene.lure()
        scene.attack(FRAME, [tag, [inside, *map(scene.url, FRAMED)]])
        scene.heard_with_cookie(FRAMED)
        shown = {frame.url for frame in scene.page.frames[1:]}
        assert inside in shown, "frames work"
        assert not [url for url in shown if str(scene.daemon.port) in url], tag


def test_frames_in_a_page_of_its_own(scene: Scene) -> None:
    """There is nothing wrong with the requests for what is open, so it is the headers that do it."""
    scene.own.reload()
    scene.own.evaluate(FRAME, ["iframe", [scene.url(path) for path in FRAMED]])
    assert {one.status for one in scene.heard_with_cookie(FRAMED, cookie=True)} == {200, 401}
    assert not [frame.url for frame in scene.own.frames[1:] if str(scene.daemon.port) in frame.url]


def test_scripts_without_an_origin(scene: Scene) -> None:
    wanted = scene.posts()
    requests = [(scene.url(change.path), change.json or "") for change in wanted]
    for where in ("sandbox", "data"):
        scene.lure()
        assert scene.attack(WITHOUT_ORIGIN, [where, SEND, requests]) == ["null", ["rejected"] * len(wanted)]
        heard = scene.heard_with_cookie([change.path for change in wanted], cookie=False)
        assert {one.headers["origin"] for one in heard} == {"null"}, where
        scene.assert_refused(heard)


def test_a_form_without_an_origin(scene: Scene) -> None:
    for change in scene.posts()[:3]:
        scene.attack(FORM, [scene.url(change.path), *change.smuggled])
        heard = scene.heard_with_cookie([change.path], cookie=False)
        assert {one.headers["origin"] for one in heard} == {"null"}
        scene.assert_refused(heard)


def test_windows(scene: Scene) -> None:
    for path in ("/", "/api/health", "/api/projects"):
        scene.lure()
        with scene.context.expect_page() as opened:
            assert scene.attack(OPEN, scene.url(path))
        window = opened.value
        window.wait_for_load_state()
        scene.heard_with_cookie([path])
        assert set(scene.attack(PRY).values()) == {"SecurityError"}
        if scene.place.trusted:  # over plain HTTP by a name browsers don't heed the opener policy
            scene.page.wait_for_function("() => other.closed")
            assert window.evaluate("opener === null"), "each has lost sight of the other"
        window.close()
