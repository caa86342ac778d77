"""What the page of a run must do."""

import json

# Numbers of keys.
RIGHT, ENTER = 39, 13


class Broken(Exception):
    """What the page does not do."""


def hold(condition, what):
    if not condition:
        raise Broken(what)


def check(chromium, page, shots):
    """Tries everything; leaves screenshots in a folder, if there is one. Says what was tried."""
    tried = ["wide", "dark", "narrow", "without scripts"]
    chromium.open(page, 1360, 1000, "light")
    check_text(chromium)
    check_table(chromium)
    check_divider(chromium)
    check_zoom(chromium)
    check_views(chromium)
    check_palette(chromium)
    look(chromium, page, shots, "wide-light")
    colors = set()
    for name, width, theme, scripts in (
        ("wide-light", 1360, "light", True), ("wide-dark", 1360, "dark", True),
        ("narrow-light", 380, "light", True), ("narrow-dark", 380, "dark", True),
        ("without-scripts", 1360, "light", False),
    ):
        chromium.open(page, width, 1000, theme, scripts)
        # Scripts of ours run even where those of the page do not.
        colors.add((theme, chromium.run("getComputedStyle(document.body).backgroundColor")))
        across = chromium.run("document.documentElement.scrollWidth")
        hold(across <= width, f"{name}: {across} pixels wide in a window of {width}")
        look(chromium, page, shots, name)
    hold(len(colors) == 2, f"light and dark are not one background each: {colors}")
    return ", ".join(tried)


def look(chromium, page, shots, name):
    """Nothing went wrong so far; what it looks like is for people to say."""
    hold(not chromium.complaints, f"{name}: {chromium.complaints}")
    others = [url for url in chromium.requests if url != page.as_uri() and not url.startswith("data:")]
    hold(not others, f"{name}: asked for {others}")
    if shots:
        chromium.run("window.scrollTo(0, 0)")
        chromium.settle()
        chromium.screenshot(shots / f"{name}.png")
        chromium.run("document.querySelector('#pictures').scrollIntoView()")
        chromium.settle()
        chromium.screenshot(shots / f"{name}-pictures.png")


def check_text(chromium):
    hold(chromium.run("document.querySelectorAll('main b').length") == 0, "a name of a file is markup")
    hold(chromium.run("document.images.length") > 0, "there are no pictures")
    # Those that are not near are not decoded yet.
    broken = chromium.run(
        "Promise.all([...document.images].map((image) => image.decode().then(() => '', () => image.alt)))"
        ".then((names) => names.filter(Boolean))"
    )
    hold(not broken, f"pictures that cannot be decoded: {broken}")


def check_table(chromium):
    """Every column sorts both ways by keys, and says so."""
    titles = chromium.run("[...document.querySelectorAll('thead button')].map((button) => button.textContent)")
    for column, title in enumerate(titles):
        for order in ("ascending", "descending"):
            chromium.run(f"document.querySelectorAll('thead button')[{column}].focus()")
            chromium.press("Enter", ENTER, "\r")
            told = chromium.run(
                "[...document.querySelectorAll('thead th')].map((head) => head.getAttribute('aria-sort'))"
            )
            hold(told == [order if i == column else None for i in range(len(titles))], f"{title}: told as {told}")
            cells = chromium.run(
                f"[...document.querySelectorAll('tbody tr')].map(({{ cells: {{ {column}: cell }} }}) => "
                "[cell.dataset.key ?? null, cell.textContent])"
            )
            hold(len(cells) > 5, f"{title}: only {len(cells)} rows")
            if cells[0][0] is None:
                check_words(chromium, title, order, [text for _, text in cells])
            else:
                check_numbers(title, order, cells)


def check_words(chromium, title, order, words):
    # As the browser compares words, which is not as their code points do.
    signs = chromium.run(f"((words) => words.slice(1).map((word, i) => word.localeCompare(words[i])))({json.dumps(words)})")
    wrong = -1 if order == "ascending" else 1
    hold(wrong not in signs, f"{title}: not {order}: {words}")


def check_numbers(title, order, cells):
    keys = [float(key) for key, _ in cells if key]
    missing = [key == "" for key, _ in cells]
    hold(missing == sorted(missing), f"{title}: what is missing is not at the end")
    hold(keys == sorted(keys, reverse=order == "descending"), f"{title}: not {order}: {keys}")


# The first card with a divider, once it is near.
CARD = "document.querySelector('.card:has(.divider)')"
EDGE = f"parseFloat({CARD}.querySelector('.view:not([hidden])').style.getPropertyValue('--cut'))"
CLIP = f"getComputedStyle({CARD}.querySelector('.view:not([hidden]) .after')).clipPath"


def check_divider(chromium):
    """Keys and the pointer move the divider, and pictures are cut there."""
    chromium.run(f"{CARD}.scrollIntoView()")
    chromium.settle()
    before = chromium.run(f"[{EDGE}, {CLIP}]")
    chromium.run(f"{CARD}.querySelector('[type=range]').focus()")
    for _ in range(10):
        chromium.press("ArrowRight", RIGHT)
    after = chromium.run(f"[{EDGE}, {CLIP}]")
    hold(after[0] > before[0] and after[1] != before[1], f"keys do not move the divider: {before}, {after}")
    hold(chromium.run(f"{CARD}.querySelector('[type=range]').value") == "60", "ten keys are not ten percent")
    box = chromium.run(f"{CARD}.querySelector('.stage').getBoundingClientRect().toJSON()")
    middle = box["y"] + box["height"] / 2
    chromium.drag((box["x"] + 0.6 * box["width"], middle), (box["x"] + 0.4 * box["width"], middle))
    dragged = chromium.run(f"[{EDGE}, {CLIP}, {CARD}.querySelector('[type=range]').value]")
    hold(dragged[0] < before[0] and dragged[2] == "40", f"the pointer does not move the divider: {dragged}")


def check_zoom(chromium):
    """Pictures grow by keys and buttons, and the edge stays under the divider."""
    width = f"{CARD}.querySelector('.view:not([hidden])').clientWidth"
    before = chromium.run(width)
    chromium.run(f"{CARD}.querySelector('.pan').focus()")
    chromium.press("+", 187, "+")
    chromium.run(f"{CARD}.querySelector('[aria-label=Larger]').click()")
    chromium.settle()
    after = chromium.run(width)
    hold(abs(after - 4 * before) <= 4, f"two steps make {before} pixels {after}")
    gap = chromium.run(
        f"{CARD}.querySelector('.divider').getBoundingClientRect().x + 1"
        f" - {CARD}.querySelector('.view:not([hidden])').getBoundingClientRect().x - {EDGE}"
    )
    hold(abs(gap) < 1.5, f"the pictures are cut {gap} pixels beside the divider")
    chromium.run(f"{CARD}.querySelector('.pan').focus()")
    chromium.press("-", 189, "-")
    chromium.press("-", 189, "-")
    hold(chromium.run(width) == before, "the way back leads elsewhere")


def check_views(chromium):
    """Each choice shows one view, and says what it is."""
    names = chromium.run(f"[...{CARD}.querySelectorAll('fieldset span')].map((name) => name.textContent)")
    hold("Difference" in names, f"there is no map of differences: {names}")
    for i, name in enumerate(names):
        chromium.run(f"{CARD}.querySelectorAll('fieldset input')[{i}].click()")
        chromium.settle()
        shown = chromium.run(
            f"[...{CARD}.querySelectorAll('.view')].filter((view) => view.clientWidth > 0)"
            ".map((view) => view.dataset.name)"
        )
        hold(shown == [name], f"{name}: {shown} shown")
        is_disabled = chromium.run(f"{CARD}.querySelector('[type=range]').disabled")
        hold(is_disabled == (name == "Difference"), f"{name}: divider {'off' if is_disabled else 'on'}")


def check_palette(chromium):
    """The swatches come when they are asked for, as many as the summary says."""
    details = "document.querySelector('.card:has(.divider) details')"
    chromium.run(f"{details}.open = true")
    chromium.settle()
    said, there = chromium.run(
        f"[parseInt({details}.querySelector('summary').textContent), {details}.querySelectorAll('li').length]"
    )
    hold(said == there, f"{said} colours, and {there} swatches")
