"""PNG and GIF read by their own bytes: what a still palette file, or one in greys, may hold, and nothing else."""

import dataclasses
import struct
import zlib


class Wrong(Exception):
    """The bytes are not a still file of a palette or of greys as huepack promises one."""


@dataclasses.dataclass
class Facts:
    format: str
    width: int
    height: int
    colors: int
    """Entries in the colour table that was written."""
    bits: int
    """Bits a pixel in PNG; the minimum code size in GIF."""
    transparent: bool
    grey: bool = False
    """Shades without a table, as many as the bits can state."""


def need(condition, message):
    if not condition:
        raise Wrong(message)


def read(data):
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return read_png(data)
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return read_gif(data)
    raise Wrong("neither PNG nor GIF")


def png_chunks(data):
    """(name, contents) of each chunk, with length and checksum verified."""
    at = 8
    while at < len(data):
        need(at + 12 <= len(data), "a chunk is cut short")
        length, name = struct.unpack(">I4s", data[at : at + 8])
        need(at + 12 + length <= len(data), f"{name.decode(errors='replace')} is cut short")
        contents = data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        need(checksum == zlib.crc32(name + contents), f"{name.decode(errors='replace')} has a wrong checksum")
        yield name, contents
        at += 12 + length


def read_png(data):
    chunks = list(png_chunks(data))
    names = [name for name, _ in chunks]
    need(names and names[0] == b"IHDR" and names[-1] == b"IEND", "IHDR first and IEND last is the order")
    need(b"acTL" not in names, "an animation where a still was due")
    first = dict(reversed(chunks))
    width, height, bits, kind, _, _, interlace = struct.unpack(">IIBBBBB", first[b"IHDR"])
    need(kind in (0, 3), f"colour type {kind}, neither a palette nor grey")
    need(interlace == 0, "interlaced")
    need(b"IDAT" in names, "no IDAT")
    pixels = b"".join(contents for name, contents in chunks if name == b"IDAT")
    check_png_stream(pixels, height * (1 + (width * bits + 7) // 8))
    if kind == 0:
        return read_grey(names, first, width, height, bits)
    need(b"PLTE" in names, "no PLTE")
    need(names.count(b"PLTE") == 1 and names.index(b"PLTE") < names.index(b"IDAT"), "PLTE is misplaced")
    colors, rest = divmod(len(first[b"PLTE"]), 3)
    need(rest == 0 and 1 <= colors <= 1 << bits, f"{len(first[b'PLTE'])} bytes of PLTE for {bits} bits")
    alphas = len(first.get(b"tRNS", b""))
    need(alphas <= colors, f"tRNS has {alphas} entries and PLTE {colors}")
    if alphas:
        need(names.index(b"PLTE") < names.index(b"tRNS") < names.index(b"IDAT"), "tRNS is misplaced")
    return Facts("png", width, height, colors, bits, alphas > 0)


def read_grey(names, first, width, height, bits):
    need(bits in (1, 2, 4, 8), f"{bits} bits of grey")
    need(b"PLTE" not in names, "a palette of greys that nothing uses")
    transparent = b"tRNS" in names
    if transparent:
        # At fewer bits decoders disagree.
        need(bits == 8, f"tRNS at {bits} bits of grey")
        need(len(first[b"tRNS"]) == 2 and first[b"tRNS"][0] == 0, f"tRNS is {first[b'tRNS'].hex()}")
        need(names.index(b"tRNS") < names.index(b"IDAT"), "tRNS is misplaced")
    return Facts("png", width, height, 1 << bits, bits, transparent, grey=True)


def check_png_stream(data, wanted):
    inflate = zlib.decompressobj()
    try:
        length = len(inflate.decompress(data))
    except zlib.error as error:
        raise Wrong(f"IDAT does not inflate: {error}") from error
    need(inflate.eof and not inflate.unused_data, "IDAT's stream does not end where the data end")
    need(length == wanted, f"IDAT inflates to {length} bytes, {wanted} are due")


def read_gif(data):
    width, height, flags, _, _ = struct.unpack("<HHBBB", data[6:13])
    at = 13
    table_bits = (flags & 7) + 1 if flags & 0x80 else 0
    at += 3 << table_bits if table_bits else 0
    transparent, controls, images, bits = False, 0, 0, 0
    while True:
        need(at < len(data), "no trailer")
        kind = data[at]
        if kind == 0x3B:
            break
        need(kind in (0x21, 0x2C), f"block of unknown kind {kind:#x}")
        if kind == 0x21:
            need(data[at + 1] == 0xF9, f"extension {data[at + 1]:#x} in a still")
            controls += 1
            transparent = bool(data[at + 3] & 1)
            at = skip_sub_blocks(data, at + 2)
            continue
        need(at + 11 < len(data), "the image is cut short")
        images += 1
        left, top, wide, high, flags = struct.unpack("<HHHHB", data[at + 1 : at + 10])
        need((left, top, wide, high) == (0, 0, width, height), "the image does not fill the canvas")
        need(not flags & 0x40, "interlaced")
        at += 10
        if flags & 0x80:
            table_bits = (flags & 7) + 1
            at += 3 << table_bits
        need(at < len(data), "the image is cut short")
        bits = data[at]
        at = skip_sub_blocks(data, at + 1)
    need(images == 1 and controls <= 1, f"{images} images and {controls} control blocks in a still")
    need(at + 1 == len(data), f"{len(data) - at - 1} bytes after the trailer")
    need(table_bits > 0, "no colour table")
    need(2 <= bits <= 8, f"minimum code size {bits}")
    need(bits == max(2, table_bits), f"minimum code size {bits} for a table of {table_bits} bits")
    return Facts("gif", width, height, 1 << table_bits, bits, transparent)


def skip_sub_blocks(data, at):
    while at < len(data) and data[at]:
        at += 1 + data[at]
    need(at < len(data), "a sub-block is cut short")
    return at + 1
