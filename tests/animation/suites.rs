//! Conformance suites that say what every frame looks like, where they are at hand.

use std::fs;
use std::path::{Path, PathBuf};

use huepack::decode::{Format, Options, is_animated};
use huepack::{Delay, Loops, Rgba8};

use crate::{rest_of, visible};

/// A suite, or none with a line that says so.
fn suite(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/conformance").join(name);
    if !folder.is_dir() {
        println!("skipped: no corpus at {}", folder.display());
        return None;
    }
    Some(folder)
}

/// Files without an image, or with one that the file ends in, for which the suite wants an empty canvas.
const WITHOUT_IMAGE: [&str; 4] = ["image-zero-height", "image-zero-size", "image-zero-width", "no-data"];

/// The suite of Robert Ancell's pygif: all frames, delays, loops.
#[test]
fn gif_suite_files_have_the_frames_that_the_suite_wants() {
    let Some(folder) = suite("pygif_suite") else { return };
    let names = fs::read_to_string(folder.join("TESTS")).expect("a list");
    let (mut files, mut frames) = (0, 0);
    for name in names.lines().filter(|name| !name.is_empty()) {
        let wanted = Wanted::read(&folder.join(format!("{name}.conf")));
        let bytes = fs::read(&wanted.input).expect("a GIF");
        let opened = Options::new().frames(&bytes);
        if name == "plain-text" {
            // Its text is drawn nowhere, and the suite has no pixels for it.
            assert_eq!(opened.expect(name).count(), 1);
            continue;
        }
        if wanted.frames.is_empty() || WITHOUT_IMAGE.contains(&name) {
            let error = opened.and_then(|mut frames| rest_of(&mut frames)).expect_err(name).to_string();
            let reasons =
                ["no picture", "ends within", "means nothing", "in a palette of", "LZW", "over the limit"];
            assert!(reasons.iter().any(|reason| error.contains(reason)), "{name}: {error}");
            continue;
        }
        let mut opened = opened.unwrap_or_else(|error| panic!("{name}: {error}"));
        // This one says nothing of loops, and is played once in browsers.
        let loops = if name == "gif87a-animation" { Loops::Times(1) } else { wanted.loops };
        assert_eq!(opened.loops(), loops, "{name}");
        let mut seen = rest_of(&mut opened).unwrap_or_else(|error| panic!("{name}: {error}"));
        if !wanted.shows_every_image {
            // To the suite, images that take no time are parts of the frame that follows.
            let last = seen.len() - 1;
            let mut number = 0;
            seen.retain(|(_, delay)| {
                number += 1;
                *delay != Delay::ZERO || number > last
            });
        }
        assert_eq!(seen.len(), wanted.frames.len(), "{name}");
        for ((canvas, delay), (pixels, wanted_delay)) in seen.iter().zip(&wanted.frames) {
            assert!(visible(canvas) == visible(pixels), "{name}");
            assert_eq!(delay, wanted_delay, "{name}");
            frames += 1;
        }
        files += 1;
    }
    println!("{files} files, {frames} frames");
    assert!(files >= 70, "only {files} files");
}

/// What a description says.
struct Wanted {
    input: PathBuf,
    loops: Loops,
    shows_every_image: bool,
    frames: Vec<(Vec<Rgba8>, Delay)>,
}

impl Wanted {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a description");
        let (head, rest) = text.split_once("\n[frame").map_or((&text[..], ""), |(head, rest)| (head, rest));
        let value = |part: &str, key: &str| {
            let lines = part.lines().filter_map(|line| line.split_once(" = "));
            lines.clone().find(|(name, _)| *name == key).map(|(_, value)| value.trim().to_owned())
        };
        let frame = |part: &str| {
            let pixels =
                fs::read(path.with_file_name(value(part, "pixels").expect("pixels"))).expect("a file");
            let hundredths = value(part, "delay").map_or(0, |delay| delay.parse().expect("a number"));
            (pixels.as_chunks().0.to_vec(), Delay::new(hundredths, 100))
        };
        let loops = match &value(head, "loop-count").expect("a number")[..] {
            "infinite" => Loops::Forever,
            // How often again.
            count => Loops::Times(count.parse::<u32>().expect("a number") + 1),
        };
        Self {
            input: path.with_file_name(value(head, "input").expect("a file")),
            loops,
            shows_every_image: value(head, "force-animation").as_deref() == Some("yes"),
            frames: rest.split("\n[frame").filter(|part| !part.is_empty()).map(frame).collect(),
        }
    }
}

const RED: Rgba8 = [255, 0, 0, 255];
const GREEN: Rgba8 = [0, 255, 0, 255];
const BLUE: Rgba8 = [0, 0, 255, 255];
const YELLOW: Rgba8 = [255, 255, 0, 255];
const CYAN: Rgba8 = [0, 255, 255, 255];
const MAGENTA: Rgba8 = [255, 0, 255, 255];
const NOTHING: Rgba8 = [0; 4];
const BLACK: Rgba8 = [0, 0, 0, 255];
const GRAY: Rgba8 = [128, 128, 128, 255];
const DARK_BLUE: Rgba8 = [0, 0, 128, 255];

/// Cases of Philip Taylor's APNG tests whose frames are of one colour each: the number of the file, the colours, and
/// how often they are played.
const PLAIN: [(u32, &[Rgba8], Loops); 30] = [
    (0, &[GREEN], Loops::Times(1)),
    (1, &[GREEN], Loops::Forever),
    (2, &[GREEN], Loops::Forever),
    (3, &[GREEN], Loops::Times(1)),
    (4, &[GREEN], Loops::Times(1)),
    (5, &[GREEN], Loops::Forever),
    (6, &[GREEN], Loops::Forever),
    (7, &[RED, GREEN, GREEN], Loops::Times(1)),
    (8, &[RED, RED, NOTHING], Loops::Times(1)),
    (9, &[RED, GREEN], Loops::Times(1)),
    (10, &[GREEN, RED, GREEN], Loops::Times(1)),
    (11, &[RED, GREEN], Loops::Times(1)),
    (12, &[RED, NOTHING], Loops::Times(1)),
    (14, &[RED, NOTHING], Loops::Times(1)),
    (17, &[RED, GREEN], Loops::Times(1)),
    (19, &[RED, [0, 255, 0, 2]], Loops::Times(1)),
    (20, &[GREEN, GREEN], Loops::Times(1)),
    (21, &[GREEN; 128], Loops::Times(1)),
    (24, &[RED, GREEN], Loops::Times(1)),
    (25, &[BLUE, YELLOW, BLUE, YELLOW], Loops::Forever),
    (26, &[BLUE, YELLOW], Loops::Forever),
    (27, &[BLUE, YELLOW], Loops::Forever),
    (28, &[BLUE, YELLOW], Loops::Forever),
    (29, &[CYAN, MAGENTA, BLUE, YELLOW], Loops::Forever),
    (30, &[YELLOW, BLUE], Loops::Forever),
    (31, &[YELLOW, BLUE], Loops::Times(1)),
    (32, &[YELLOW, BLUE], Loops::Times(2)),
    (33, &[BLACK, DARK_BLUE], Loops::Times(1)),
    (35, &[BLACK, GRAY], Loops::Times(1)),
    (36, &[RED, GREEN], Loops::Times(1)),
];

/// More of them, in the order of the list above.
const PLAIN_PALETTES: [(u32, &[Rgba8], Loops); 2] =
    [(37, &[GREEN, GREEN], Loops::Times(1)), (38, &[BLACK, DARK_BLUE], Loops::Times(1))];

/// Files that are stills, since no animation is announced in front of their picture.
const STILLS: [u32; 2] = [39, 41];

/// Files that break a rule each: "the default image or an error should be displayed".
const BROKEN: [u32; 20] = [40, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60];

const HALF: (u32, u32) = (1, 2);
const WHOLE: (u32, u32) = (1, 1);

/// Delays in seconds of the cases that are about them.
const DELAYS: [(u32, &[(u32, u32)]); 5] = [
    (25, &[HALF, WHOLE, HALF, WHOLE]),
    (26, &[HALF, WHOLE]),
    (27, &[HALF, WHOLE]),
    (28, &[HALF, WHOLE]),
    (29, &[(0, 1), (0, 1), HALF, WHOLE]),
];

struct Spec {
    folder: PathBuf,
}

impl Spec {
    fn bytes(&self, number: u32) -> Vec<u8> {
        fs::read(self.folder.join(format!("SpecTesting~{number:03}.png"))).expect("a file of the suite")
    }

    fn frames(&self, number: u32) -> (Loops, Vec<(Vec<Rgba8>, Delay)>) {
        let bytes = self.bytes(number);
        let mut frames = Options::new().frames(&bytes).unwrap_or_else(|error| panic!("{number:03}: {error}"));
        let loops = frames.loops();
        (loops, rest_of(&mut frames).unwrap_or_else(|error| panic!("{number:03}: {error}")))
    }
}

#[test]
fn apng_suite_files_of_one_colour_a_frame_have_these_colours_delays_and_loops() {
    let Some(folder) = suite("apngkit_spec") else { return };
    let spec = Spec { folder };
    for (number, colors, wanted_loops) in PLAIN.into_iter().chain(PLAIN_PALETTES) {
        let (loops, seen) = spec.frames(number);
        assert_eq!(loops, wanted_loops, "{number:03}");
        assert_eq!(seen.len(), colors.len(), "{number:03}");
        for ((canvas, _), color) in seen.iter().zip(colors) {
            assert!(visible(canvas).iter().all(|pixel| pixel == color), "{number:03}: {:?}", canvas[0]);
        }
        assert_eq!(is_animated(&spec.bytes(number)), colors.len() > 1, "{number:03}");
    }
    for (number, delays) in DELAYS {
        let seen = spec.frames(number).1;
        let wanted: Vec<_> =
            delays.iter().map(|&(numerator, denominator)| Delay::new(numerator, denominator)).collect();
        assert_eq!(seen.iter().map(|(_, delay)| *delay).collect::<Vec<_>>(), wanted, "{number:03}");
    }
}

#[test]
fn apng_suite_files_of_several_colours_look_as_described() {
    let Some(folder) = suite("apngkit_spec") else { return };
    let spec = Spec { folder };
    // "A solid grey rectangle containing a solid white rectangle."
    let seen = spec.frames(34).1;
    assert!(seen[0].0.iter().all(|pixel| *pixel == GRAY));
    for (at, pixel) in seen[1].0.iter().enumerate() {
        let inside = (32..96).contains(&(at % 128)) && (16..48).contains(&(at / 128));
        assert_eq!(*pixel, if inside { [255; 4] } else { GRAY });
    }
    // "Solid slightly-dark green", whose samples are linear light, and "solid nearly-black".
    let [green, black] = [22, 23].map(|number| spec.frames(number).1.pop().expect("frames").0);
    assert!(green.iter().all(|pixel| *pixel == green[0]) && black.iter().all(|pixel| *pixel == black[0]));
    assert!(matches!(green[0], [0, 240..=246, 0, 255]), "{:?}", green[0]);
    assert!(matches!(black[0], [0..=1, 0, 0, 255]), "{:?}", black[0]);
}

#[test]
fn apng_suite_files_that_break_a_rule_are_refused_or_stills() {
    let Some(folder) = suite("apngkit_spec") else { return };
    let spec = Spec { folder };
    for number in STILLS {
        let (loops, seen) = spec.frames(number);
        assert_eq!((loops, seen.len()), (Loops::Times(1), 1), "{number:03}");
        assert!(seen[0].0.iter().all(|pixel| *pixel == GREEN), "{number:03}");
    }
    for number in BROKEN {
        let bytes = spec.bytes(number);
        let error = Options::new().frames(&bytes).and_then(|mut frames| rest_of(&mut frames));
        println!("{number:03}: {}", error.expect_err("a rule is broken"));
    }
}

/// All files below a folder.
fn files_below(folder: PathBuf) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() { folders.push(entry) } else { files.push(entry) }
        }
    }
    files.sort();
    files
}

/// Every file of every suite: its first frame is the picture that stills are, and nothing panics that is not contained.
#[test]
fn the_first_frame_of_every_file_is_its_still() {
    let Some(folder) = suite("") else { return };
    let options = Options::new().first_frame().max_pixels(16 << 20);
    let (mut whole, mut animated) = (0, 0);
    for path in files_below(folder) {
        let bytes = fs::read(&path).expect("a file");
        let name = path.display();
        let (still, opened) = (options.decode(&bytes), options.frames(&bytes));
        let (Ok(still), Ok(mut frames)) = (still, opened) else { continue };
        assert_eq!(is_animated(&bytes), still.frames > 1, "{name}");
        let has_own_still = still.format == Format::Png && still.frames != frames.count();
        assert!(has_own_still || frames.count() == still.frames, "{name}");
        let first = frames.next_frame().map(|shown| shown.expect("a frame").canvas.pixels().to_vec());
        let Ok(first) = first else { continue };
        // An APNG may keep its picture out of the animation.
        if still.format != Format::Png || still.frames == 1 && !has_own_still {
            let same = visible(&first) == visible(still.image.pixels());
            assert!(same || still.format == Format::Png, "{name}");
        }
        animated += u32::from(still.frames > 1);
        whole += u32::from(rest_of(&mut frames).is_ok());
    }
    println!("{whole} files read to their end, {animated} animations");
    assert!(whole > 1000 && animated > 20, "{whole} {animated}");
}
