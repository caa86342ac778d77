"""Pillow, ImageMagick and ffmpeg as functions from a file to RGBA; pngcheck and giftext as judges."""

import os
import re
import shutil
import subprocess
import warnings

import numpy
from PIL import Image, ImageOps

# The corpus holds large pictures on purpose.
Image.MAX_IMAGE_PIXELS = None


class Refused(Exception):
    """A decoder that did not take the file, with what it said."""


def call(command):
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode != 0 or said:
        raise Refused(f"exit {done.returncode}: {said[:300] or done.stdout.decode(errors='replace')[:300]}")
    return done.stdout


def clean(pixels):
    """A copy in which the hidden colour of fully transparent pixels is black."""
    pixels = numpy.array(pixels, dtype=numpy.uint8)
    pixels[pixels[..., 3] == 0] = 0
    return pixels


def from_raw(raw, facts, decoder):
    wanted = facts.width * facts.height * 4
    if len(raw) != wanted:
        raise Refused(f"{decoder} gave {len(raw)} bytes, {wanted} are due")
    return clean(numpy.frombuffer(raw, numpy.uint8).reshape(facts.height, facts.width, 4))


def equal(left, right):
    return left.shape == right.shape and bool((left == right).all())


def distinct_colors(pictures):
    """RGBA colours over all pictures; clean() has made every fully transparent pixel the same."""
    flat = [numpy.ascontiguousarray(picture).view(numpy.uint32).ravel() for picture in pictures]
    return len(numpy.unique(numpy.concatenate(flat)))


def mean_difference(left, right):
    """Mean distance of alpha and of premultiplied red, green and blue, over blocks of 4x4 pixels:
    dithering is meant to be wrong in each pixel and right in each neighbourhood."""
    total, count = 0.0, 0
    # In bands of rows, so that a large picture does not need eight times its size.
    for top in range(0, left.shape[0], 256):
        one, other = (block_means(picture[top : top + 256]) for picture in (left, right))
        total += float(numpy.abs(one - other).sum())
        count += one.size
    return total / count


def block_means(pixels, side=4):
    values = pixels.astype(numpy.float32)
    values[..., :3] *= values[..., 3:] / 255
    for axis in (0, 1):
        starts = numpy.arange(0, values.shape[axis], side)
        lengths = numpy.diff(numpy.append(starts, values.shape[axis]))
        sums = numpy.add.reduceat(values, starts, axis)
        values = sums / lengths.reshape([-1, 1, 1] if axis == 0 else [1, -1, 1])
    return values


def pillow(path, facts):
    try:
        with warnings.catch_warnings(), Image.open(path) as image:
            warnings.simplefilter("error")
            image.load()
            # Pillow calls a GIF's palette that is the ramp of greys "L", with the same bytes.
            modes = ("1", "L") if facts.grey else ("P", "L") if facts.format == "gif" else ("P",)
            if image.mode not in modes:
                raise Refused(f"mode {image.mode}, not {' or '.join(modes)}")
            if getattr(image, "n_frames", 1) != 1:
                raise Refused(f"{image.n_frames} frames")
            highest = int(numpy.asarray(image).max())
            if not facts.grey and highest >= facts.colors:
                raise Refused(f"index {highest} in a palette of {facts.colors}")
            return clean(image.convert("RGBA"))
    except Refused:
        raise
    except Exception as error:  # Pillow raises many kinds.
        raise Refused(f"{type(error).__name__}: {error}") from error


def image_magick_names():
    """Each `magick` and `convert` on the path: other programs carry the second name as well."""
    for name in ("magick", "convert"):
        for folder in os.get_exec_path():
            if found := shutil.which(name, path=folder):
                yield found


def find_image_magick():
    for command in image_magick_names():
        done = subprocess.run([command, "-version"], capture_output=True, stdin=subprocess.DEVNULL)
        if done.returncode == 0 and b"ImageMagick" in done.stdout:
            return command
    return None


class Tools:
    """The programs that are here, found once."""

    def __init__(self):
        self.image_magick = find_image_magick()
        self.ffmpeg, self.pngcheck, self.giftext = map(shutil.which, ("ffmpeg", "pngcheck", "giftext"))
        found = {
            "ImageMagick": self.image_magick,
            "ffmpeg": self.ffmpeg,
            "pngcheck": self.pngcheck,
            "giftext": self.giftext,
        }
        self.missing = [name for name, command in found.items() if not command]

    def complete(self):
        return not self.missing

    def decoders(self):
        found = {"Pillow": pillow}
        if self.image_magick:
            found["ImageMagick"] = self.decode_with_image_magick
        if self.ffmpeg:
            found["ffmpeg"] = self.decode_with_ffmpeg
        return found

    def judges(self, facts):
        if facts.format == "png":
            return {"pngcheck": self.judge_png} if self.pngcheck else {}
        return {"giftext": self.judge_gif} if self.giftext else {}

    def decode_with_image_magick(self, path, facts):
        raw = call([self.image_magick, f"{facts.format}:{path}", "-depth", "8", "rgba:-"])
        return from_raw(raw, facts, "ImageMagick")

    def decode_with_ffmpeg(self, path, facts):
        # The pipe demuxer, since the plain one reads a percent sign in a name as a pattern.
        reader = "png_pipe" if facts.format == "png" else "gif"
        command = [self.ffmpeg, "-v", "error", "-nostdin", "-xerror", "-f", reader, "-i", f"file:{path}"]
        raw = call([*command, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgba", "-"])
        return from_raw(raw, facts, "ffmpeg")

    def played_with_ffmpeg(self, path):
        """Every frame of an animation as ffmpeg shows it."""
        with Image.open(path) as image:
            width, height = image.size
        reader = "apng" if path.suffix == ".png" else "gif"
        command = [self.ffmpeg, "-v", "error", "-nostdin", "-xerror", "-f", reader, "-i", f"file:{path}"]
        raw = call([*command, "-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgba", "-"])
        return list(clean(numpy.frombuffer(raw, numpy.uint8).reshape(-1, height, width, 4)))

    def judge_png(self, path, facts):
        said = call([self.pngcheck, str(path)]).decode(errors="replace")
        # It does not say that a shade is transparent.
        kind, transparent = ("grayscale", False) if facts.grey else ("palette", facts.transparent)
        seen = re.search(rf"\((\d+)x(\d+), (\d+)-bit {kind}(\+trns)?, non-interlaced", said)
        if not said.startswith("OK") or not seen:
            raise Refused(said.strip())
        wanted = (str(facts.width), str(facts.height), str(facts.bits))
        if seen.groups()[:3] != wanted or bool(seen[4]) != transparent:
            raise Refused(f"sees another picture: {said.strip()}")

    def judge_gif(self, path, facts):
        said = call([self.giftext, str(path)]).decode(errors="replace")
        sizes = re.findall(r"Image Size - Left = 0, Top = 0, Width = (\d+), Height = (\d+)", said)
        if sizes != [(str(facts.width), str(facts.height))]:
            raise Refused(f"sees images of {sizes}")
        for words in ("Image is Non Interlaced", "GIF file terminated normally"):
            if words not in said:
                raise Refused(f"does not say {words!r}")

    def frames(self, path):
        """Every frame of a picture in any format, at 8 bits a channel, rounded."""
        with Image.open(path) as image:
            count, (width, height) = getattr(image, "n_frames", 1), image.size
            if count > 1:
                return [clean(seek(image, frame)) for frame in range(count)]
            deep = image.format == "PNG" and png_depth(path) > 8
            if not (deep and self.image_magick):
                return [clean(ImageOps.exif_transpose(image).convert("RGBA"))]
        # Pillow and ImageMagick cut 16 bits down to 8; the nearest colour is what is wanted.
        raw = call([self.image_magick, str(path), "-depth", "16", "-endian", "MSB", "rgba:-"])
        deep = numpy.frombuffer(raw, ">u2").reshape(height, width, 4).astype(numpy.uint32)
        return [clean((deep * 255 + 32767) // 65535)]


def seek(image, frame):
    image.seek(frame)
    return image.convert("RGBA")


def png_depth(path):
    with open(path, "rb") as file:
        return file.read(25)[24]


class Source:
    """A picture before packing."""

    def __init__(self, path, tools):
        self.path = path
        (self.pixels,) = tools.frames(path)
        self.colors = distinct_colors([self.pixels])
        alpha = self.pixels[..., 3]
        self.soft_alpha = bool(((alpha > 0) & (alpha < 255)).any())
        with Image.open(path) as image:
            self.indexed = image.mode == "P"
            # Profiles, gamma and 16 bits make "the same colour" a matter of rounding, JPEG of the decoder.
            managed = {"icc_profile", "gamma", "chromaticity"} & set(image.info)
            deep = image.format == "PNG" and png_depth(path) > 8
            self.exact = image.format in ("PNG", "GIF") and not managed and not deep
