"""Pages elsewhere that try to read what the logged-in user may read."""

from tests.browser.scene import Scene

READS = (
    "/api/projects",
    "/api/projects/shop/services/web",
    "/api/decisions",
    "/api/events",
    "/api/approvals",
    "/api/tokens",
    "/api/session",
    "/api/health",
    "/api/openapi.json",
    "/metrics",
)
EVENTS = "/api/events/stream"
ELEMENTS = ("script", "module", "stylesheet", "image", "video", "object", "embed", "preload")
LOAD = """([kind, urls]) => Promise.all(urls.map(url => new Promise(resolve => {
    const tags = {module: "script", image: "img", stylesheet: "link", preload: "link"};
    const element = document.createElement(tags[kind] || kind);
    element.onload = element.onloadeddata = () => resolve("loaded");
    element.onerror = () => resolve("error");
    if (kind === "module") element.type = "module";
    if (element.tagName === "LINK") Object.assign(element, {rel: kind, as: "script", href: url});
    else element[kind === "object" ? "data" : "src"] = url;
    document.body.append(element);
    setTimeout(() => resolve("silence"), 1500);
})))"""
WAYS = {
    "fetch": "url => fetch(url, {credentials: 'include'}).then(answer => answer.text())",
    "fetch-without-cookie": "url => fetch(url, {credentials: 'omit'}).then(answer => answer.text())",
    "fetch-no-cors": "url => fetch(url, {credentials: 'include', mode: 'no-cors'}).then(answer => answer.text())",
    "import": "url => import(url).then(module => JSON.stringify(module))",
    "worker": """url => new Promise((resolve, reject) => {
        const code = `onmessage = ({data}) => { try { importScripts(data); postMessage("ran"); }
                      catch (error) { postMessage(error.name); } }`;
        const worker = new Worker(URL.createObjectURL(new Blob([code])));
        worker.onmessage = ({data}) => data === "ran" ? resolve(data) : reject(new TypeError(data));
        worker.postMessage(url);
    })""",
    "xhr": """url => new Promise((resolve, reject) => {
        const asking = new XMLHttpRequest();
        asking.open("GET", url);
        asking.withCredentials = true;
        asking.onload = () => resolve(asking.responseText);
        asking.onerror = () => reject(new TypeError("XMLHttpRequest"));
        asking.send();
    })""",
}
NAMES = "() => Object.keys(window).filter(name => isNaN(name))"  # not the frames
READ_ALL = """urls => Promise.all(urls.map(url => read(url).then(text => `read ${text}`, error => error.name)))"""
LISTEN = """([url, withCredentials]) => new Promise(resolve => {
    const source = new EventSource(url, {withCredentials});
    for (const kind of ["message", "decision", "state", "engine", "config", "store", "advisor", "resync"])
        source.addEventListener(kind, event => resolve(`read ${event.data}`));
    source.onerror = () => resolve(source.readyState === EventSource.CLOSED ? "closed" : "tries again");
})"""
CONNECT = """url => new Promise(resolve => {
    const socket = new WebSocket(url);
    socket.onopen = () => resolve("open");
    socket.onmessage = event => resolve(`read ${event.data}`);
    socket.onclose = event => resolve(`closed ${event.code}`);
})"""


def test_scripts_that_ask(scene: Scene) -> None:
    urls = [scene.url(path) for path in READS]
    for way, code in WAYS.items():
        scene.lure()
        outcomes = scene.attack(f"urls => {{ const read = {code}; return ({READ_ALL})(urls); }}", urls)
        assert set(outcomes) == {"TypeError"}, way
        scene.heard(READS)


def test_elements(scene: Scene) -> None:
    """No data as script, style or picture; nor does what comes of them tell whether a thing exists."""
    paths = (*READS, "/api/projects/shop/services/none", "/api/nothing")
    for kind in ELEMENTS:
        scene.lure()
        before = scene.attack(NAMES)
        outcomes = scene.attack(LOAD, [kind, [scene.url(path) for path in paths]])
        assert len(set(outcomes)) == 1, (kind, dict(zip(paths, outcomes, strict=True)))
        assert scene.attack(NAMES) == before, kind
        scene.heard(paths)


def test_what_changes_something_is_no_get(scene: Scene) -> None:
    paths = [change.path for change in scene.changes()]
    scene.attack(LOAD, ["image", [scene.url(path) for path in paths]])
    scene.heard_with_cookie(paths)
    for path in paths[:2]:
        scene.lure()
        with scene.page.expect_navigation():
            scene.attack("url => { location = url }", scene.url(path))
        scene.heard_with_cookie([path])


def test_events(scene: Scene) -> None:
    for credentials in (True, False):
        scene.lure()
        assert scene.attack(LISTEN, [scene.url(f"{EVENTS}?after=0"), credentials]) == "closed"
        heard = scene.heard_with_cookie([EVENTS], cookie=scene.place.cookie and credentials)
        assert {one.status for one in heard} == {403}


def test_sockets(scene: Scene) -> None:
    paths = ("/", "/api/chat", EVENTS)
    for path in paths:
        assert scene.attack(CONNECT, scene.url(path).replace("http", "ws", 1)) == "closed 1006"
    heard = scene.heard_with_cookie(paths)
    assert {(one.headers["upgrade"], one.status) for one in heard} == {("websocket", 403)}
