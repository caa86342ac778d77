"""scikit-learn's KMeans, for the peers of that name in src/peers/scikit_learn.rs, which starts this program.

Prints its versions in a line. Then reads a line with the number of pixels and that many RGB triples, and after
that one request a line, `full 64` or `recipe 64`, until the input ends. The answer to a request is a line,
`FIT_MS MAP_MS COLOURS`, the palette as RGB triples, and one byte a pixel: its index.

Times are CPU time of this process; imports and the conversion of the pixels to floats are not on the clock.
"""

import platform
import sys
import time

import numpy
import sklearn
from sklearn.cluster import KMeans
from sklearn.utils import shuffle

# The size of the sample in scikit-learn's example "Color Quantization using K-Means".
SAMPLE = 1_000


def full(pixels, colors):
    """Fits to every pixel; fitting labels them as well."""
    start = time.process_time()
    kmeans = KMeans(n_clusters=colors, n_init=1, random_state=0).fit(pixels)
    fitted = time.process_time()
    return kmeans.cluster_centers_, kmeans.labels_, fitted - start, 0.0


def recipe(pixels, colors):
    """Fits to a sample and predicts all pixels, as the example does."""
    start = time.process_time()
    sample = shuffle(pixels, random_state=0, n_samples=min(SAMPLE, len(pixels)))
    kmeans = KMeans(n_clusters=colors, random_state=0).fit(sample)
    fitted = time.process_time()
    labels = kmeans.predict(pixels)
    return kmeans.cluster_centers_, labels, fitted - start, time.process_time() - fitted


def main():
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    versions = f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}, Python {platform.python_version()}"
    sink.write(f"{versions}\n".encode())
    sink.flush()
    count = source.readline()
    if not count:
        return
    pixels = numpy.frombuffer(source.read(3 * int(count)), dtype=numpy.uint8).reshape(-1, 3)
    pixels = pixels.astype(numpy.float64) / 255
    for request in source:
        method, colors = request.decode().split()
        centers, labels, fit, predict = {"full": full, "recipe": recipe}[method](pixels, int(colors))
        palette = numpy.rint(centers * 255).clip(0, 255).astype(numpy.uint8)
        sink.write(f"{fit * 1e3} {predict * 1e3} {len(palette)}\n".encode())
        sink.write(palette.tobytes())
        sink.write(labels.astype(numpy.uint8).tobytes())
        sink.flush()


main()
