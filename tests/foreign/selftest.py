"""Right and wrong files, made by Pillow and by hand: a check that finds nothing wrong proves nothing."""

import struct
import zlib

import numpy
from PIL import Image

from . import decoders, structure


def indexed_image(colors=16, width=33, height=21):
    """Stripes in so many colours."""
    rows, columns = numpy.indices((height, width))
    image = Image.fromarray(((rows * width + columns) % colors).astype(numpy.uint8), "P")
    ramp = [(i * 11 % 256, 255 - i * 7 % 256, i * 53 % 256) for i in range(colors)]
    image.putpalette([value for color in ramp for value in color])
    return image


def chunk(name, contents):
    return struct.pack(">I", len(contents)) + name + contents + struct.pack(">I", zlib.crc32(name + contents))


def replace_chunk(data, wanted, change):
    """The PNG with each chunk of that name changed; None leaves it out."""
    out = data[:8]
    for name, contents in structure.png_chunks(data):
        contents = change(contents) if name == wanted else contents
        out += b"" if contents is None else chunk(name, contents)
    return out


def files(work, fixtures):
    """(name, bytes, what must be found wrong: words of the problem, or None for a right file)."""

    def saved(image, suffix, **options):
        path = work / f"saved.{suffix}"
        image.save(path, **options)
        return path.read_bytes()

    image = indexed_image()
    png = saved(image, "png", transparency=bytes([0, 90, 200]))
    yield "palette.png", png, None
    yield "one-bit.png", saved(indexed_image(2), "png", bits=1), None
    yield "full.png", saved(indexed_image(256), "png"), None
    yield "rgb.png", saved(image.convert("RGB"), "png"), "colour type 2"
    yield "grey.png", saved(image.convert("L"), "png"), None
    yield "clear-grey.png", saved(image.convert("L"), "png", transparency=7), None
    yield "grey-alpha.png", saved(image.convert("LA"), "png"), "colour type 4"
    few = replace_chunk(saved(image.convert("1"), "png", transparency=0), b"gAMA", lambda _: None)
    yield "clear-bit.png", few, "tRNS at 1 bits"
    at = png.index(b"IDAT") + 20
    yield "bit-error.png", png[:at] + bytes([png[at] ^ 1]) + png[at + 1 :], "wrong checksum"
    yield "cut.png", png[: len(png) // 2], "cut short"
    yield "index-past-palette.png", replace_chunk(png, b"PLTE", lambda entries: entries[:30]), "index 15"
    yield "long-trns.png", replace_chunk(png, b"tRNS", lambda _: bytes(17)), "tRNS has 17"
    yield "no-palette.png", replace_chunk(png, b"PLTE", lambda _: None), "no PLTE"
    yield "short-data.png", replace_chunk(png, b"IDAT", shorten_stream), "are due"
    yield "two-frames.png", (fixtures / "animated.png").read_bytes(), "animation"
    yield "empty.png", b"", "neither"

    gif = (fixtures / "still.gif").read_bytes()
    # The block that holds the image begins at its separator, with a corner of (0, 0).
    block = gif.index(b"\x2c\0\0\0\0")
    loop = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    yield "still.gif", gif, None
    yield "full.gif", saved(indexed_image(256), "gif", interlace=0), None
    yield "wide-codes.gif", saved(image, "gif", interlace=0), "minimum code size 8"
    yield "interlaced.gif", gif[: block + 9] + bytes([gif[block + 9] | 0x40]) + gif[block + 10 :], "interlaced"
    yield "comment.gif", gif[:block] + b"\x21\xfe\x04hand\0" + gif[block:], "extension 0xfe"
    yield "loop.gif", gif[:block] + loop + gif[block:], "extension 0xff"
    yield "two-frames.gif", (fixtures / "animated.gif").read_bytes().replace(loop, b""), "2 images"
    yield "cut.gif", gif[: len(gif) // 2], "cut short"
    yield "tail.gif", gif + b"tail", "4 bytes after"
    # An end code where pixels are due: nothing in the structure shows it, so the decoders must.
    codes = gif.index(b"\x04", block + 10 + 3 * 16) + 2
    yield "lzw-error.gif", gif[:codes] + b"\x30\xff" + gif[codes + 2 :], ":"


def shorten_stream(contents):
    return zlib.compress(zlib.decompress(contents)[:-10])


def run(work, fixtures, tools, check_output):
    """(name, problems) of each case: a problem is a wrong file that passed, or a right one that did not."""
    for name, data, wrong in files(work, fixtures):
        path = work / name
        path.write_bytes(data)
        yield verdict(f"self-test {name}", check_output(path, tools), wrong)
    yield from against_sources(work, tools, check_output)
    problems = check_output(work / "palette.png", Disagreeing(tools))
    yield verdict("self-test decoders that disagree", problems, "see different pixels")


class Disagreeing:
    """Tools of which the last decoder is wrong about one pixel."""

    def __init__(self, tools):
        self.judges = tools.judges
        self.honest = decoders.pillow

    def decoders(self):
        return {"Pillow": self.honest, "a liar": self.lie}

    def lie(self, path, facts):
        pixels = self.honest(path, facts)
        pixels[3, 4, 0] ^= 1
        return pixels


def against_sources(work, tools, check_output):
    """The same right file beside sources that it can and cannot have come from."""
    path = work / "palette.png"
    with Image.open(path) as image:
        same = image.convert("RGBA")
    touched = same.copy()
    touched.putpixel((5, 5), (1, 2, 3, 255))
    smaller = same.resize((32, 21), Image.Resampling.NEAREST)
    # Of 17 colours, so that it is judged by likeness.
    negative = touched.convert("RGB").point(lambda value: 255 - value).convert("RGBA")
    sources = [
        ("itself", same, 16, None),
        ("a picture of another pixel", touched, 17, "the pixels differ"),
        ("a picture of another size", smaller, 16, "came of"),
        ("its negative", negative, 16, "on average"),
        ("more colours than were asked for", same, 8, "where 8 were asked"),
    ]
    for name, image, colors, wrong in sources:
        source_path = work / "source.png"
        image.save(source_path)
        problems = check_output(path, tools, decoders.Source(source_path, tools), colors)
        yield verdict(f"self-test against {name}", problems, wrong)


def verdict(name, problems, wrong):
    if wrong is None:
        return name, problems
    if any(wrong in problem for problem in problems):
        return name, []
    return name, [f"must be found wrong with {wrong!r}, and was found {problems or 'right'}"]
