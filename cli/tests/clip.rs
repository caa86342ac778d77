//! Animations: files that move, raw video, and pictures in a row.

mod program;

use huepack::{Delay, Image, Loops, decode};
use program::{Folder, decoded, visible};

/// What a file shows, and for how long.
fn shown(bytes: &[u8]) -> (Vec<(Image, Delay)>, Loops) {
    let mut frames = decode::Options::new().frames(bytes).expect("it is an animation");
    let mut all = Vec::new();
    while let Some(shown) = frames.next_frame().expect("its frames can be read") {
        let canvas = shown.canvas;
        let image = Image::new(canvas.width(), canvas.height(), canvas.pixels().to_vec()).unwrap();
        all.push((image, shown.delay));
    }
    (all, frames.loops())
}

fn delays(bytes: &[u8]) -> Vec<Delay> {
    shown(bytes).0.into_iter().map(|(_, delay)| delay).collect()
}

/// Raw video of grey frames, 25 a second.
fn video(shades: &[u8]) -> Vec<u8> {
    let frames = shades.iter().map(|&shade| [&b"FRAME\n"[..], &[shade; 16 * 8]].concat());
    std::iter::once(b"YUV4MPEG2 W16 H8 F25:1 Cmono\n".to_vec()).chain(frames).collect::<Vec<_>>().concat()
}

#[test]
fn an_animation_keeps_its_frames_its_times_and_its_loops() {
    let folder = Folder::with(&["animated.gif", "animated.png"]);
    for (source, result) in [("animated.png", "a.gif"), ("animated.png", "b.png"), ("animated.gif", "c.png")]
    {
        let run = folder.huepack(&[source, "-o", result, "--force", "--json"]).done();
        assert_eq!(run.json()[0]["frames"], 2, "{source} {result}");
        let (before, after) = (shown(&folder.bytes(source)), shown(&folder.bytes(result)));
        assert_eq!(before.1, after.1, "{source} {result}");
        assert_eq!(delays(&folder.bytes(source)), delays(&folder.bytes(result)), "{source} {result}");
        for ((before, _), (after, _)) in before.0.iter().zip(&after.0) {
            assert_eq!(visible(before), visible(after), "few colours are kept");
        }
    }
}

#[test]
fn the_first_frame_can_be_had_alone() {
    for name in ["animated.gif", "animated.png"] {
        let folder = Folder::with(&[name]);
        folder.huepack(&[name, "--first-frame", "-o", "still.png"]).done();
        assert_eq!(decoded(&folder.bytes("still.png")), decoded(&folder.bytes(name)), "{name}");
    }
}

#[test]
fn video_comes_through_a_pipe_or_from_a_file() {
    let folder = Folder::with(&[]);
    let bytes = video(&[0, 80, 160, 160, 255]);
    let piped = folder.huepack_reading(&["-", "-o", "piped.gif"], &bytes).done();
    assert!(piped.text().starts_with("standard input -> piped.gif: "), "{}", piped.text());
    folder.write("clip.y4m", &bytes);
    folder.huepack(&["clip.y4m"]).done();
    assert_eq!(folder.bytes("clip-hue.gif"), folder.bytes("piped.gif"));
    let (frames, loops) = shown(&folder.bytes("piped.gif"));
    let shades: Vec<u8> = frames.iter().map(|(image, _)| image.pixels()[0][0]).collect();
    assert_eq!((shades, loops), (vec![0, 80, 160, 160, 255], Loops::Forever));
    assert!(frames.iter().all(|(_, delay)| *delay == Delay::new(1, 25)));
    let png = folder.huepack_reading(&["-", "-o", "-", "-f", "png"], &bytes);
    assert_eq!(shown(&png.stdout).0.len(), 5);
}

#[test]
fn an_output_is_named_as_it_was_asked_for() {
    let folder = Folder::with(&["animated.gif", "animated.png"]);
    for (source, result) in [("animated.gif", "one"), ("animated.png", "two")] {
        folder.huepack(&[source, "-o", result, "--force"]).done();
        assert_eq!(shown(&folder.bytes(result)).0.len(), 2, "{source}");
    }
    assert_eq!(folder.names(), ["animated.gif", "animated.png", "one", "two"]);
    // A still of that name stands in nobody's way.
    folder.write("animated-hue.png", b"mine");
    folder.huepack(&["animated.gif"]).done();
    assert_eq!(folder.bytes("animated-hue.png"), b"mine");
}

#[test]
fn video_that_ends_early_leaves_nothing_behind() {
    let folder = Folder::with(&[]);
    let bytes = video(&[0, 80, 160]);
    let run = folder.huepack_reading(&["-", "-o", "clip.gif"], &bytes[..bytes.len() - 5]);
    run.fails(3, &["standard input: damaged Y4M: frame 3: the file ends within it"]);
    assert!(folder.names().is_empty());
}

#[test]
fn pictures_in_a_row_become_one_clip() {
    let folder = Folder::with(&["animated.png"]);
    for (name, shade) in [("shot-01.ppm", b'a'), ("shot-02.ppm", b'z'), ("shot-03.ppm", b'A')] {
        folder.write(name, &[b"P6 2 2 255\n", &[shade; 12][..]].concat());
    }
    let names = ["shot-01.ppm", "shot-02.ppm", "shot-03.ppm"];
    let run = folder.huepack(&[&names[..], &["--fps", "12.5"]].concat()).done();
    assert!(run.text().contains("shot.gif: ") && run.text().contains("GIF of 3 frames"), "{}", run.text());
    let (frames, _) = shown(&folder.bytes("shot.gif"));
    let shades: Vec<u8> = frames.iter().map(|(image, _)| image.pixels()[0][0]).collect();
    assert_eq!(shades, *b"azA");
    assert_eq!(delays(&folder.bytes("shot.gif")), [Delay::new(8, 100); 3]);
    // One of another size, one that is missing, one that moves itself.
    folder.write("wide.ppm", b"P6 3 1 255\naaabbbccc");
    let row = |last| folder.huepack(&["shot-01.ppm", last, "--fps", "5", "-o", "row.gif"]);
    row("wide.ppm").fails(3, &["wide.ppm: it has 3x1 pixels, and the first of the row 2x2; "]);
    row("none.ppm").fails(3, &["none.ppm: there is no such file; "]);
    row("animated.png").fails(3, &["animated.png: an animated PNG of 2 frames"]);
    assert!(!folder.names().contains(&"row.gif".into()));
}

#[test]
fn rate_and_size_can_be_changed() {
    let folder = Folder::with(&["china.jpg"]);
    folder.write("clip.y4m", &video(&[0, 10, 80, 90, 160, 170]));
    folder.huepack(&["clip.y4m", "--fps", "25/2", "--width", "4", "-o", "small.gif"]).done();
    let (frames, _) = shown(&folder.bytes("small.gif"));
    let shades: Vec<u8> = frames.iter().map(|(image, _)| image.pixels()[0][0]).collect();
    assert_eq!(shades, [0, 80, 160]);
    assert!(frames.iter().all(|(image, _)| (image.width(), image.height()) == (4, 2)));
    // A still is scaled as well.
    folder.huepack(&["china.jpg", "--width", "64", "-o", "small.png"]).succeeds();
    assert_eq!(decoded(&folder.bytes("small.png")).height(), 43);
    folder.huepack(&["clip.y4m", "--fps", "0"]).says(&["wanted frames a second"]);
    folder.huepack(&["clip.y4m", "--width", "0"]).says(&["0 is not in 1..=65535"]);
}

#[test]
fn a_larger_animation_is_not_written_unless_asked_for() {
    let folder = Folder::with(&["animated.png"]);
    folder.huepack(&["animated.png", "-o", "small.png", "--force"]).done();
    let run = folder.huepack(&["small.png"]).done();
    assert!(run.text().contains("small.png: not written, "), "{}", run.text());
    assert_eq!(folder.names(), ["animated.png", "small.png"]);
}

#[test]
fn an_animation_is_replaced_in_place_by_a_smaller_one() {
    let folder = Folder::with(&["animated.png"]);
    let before = shown(&folder.bytes("animated.png")).0.len();
    let run = folder.huepack(&["-i", "animated.png"]).done();
    let bytes = folder.bytes("animated.png");
    assert_eq!(shown(&bytes).0.len(), before, "{}", run.text());
    folder.huepack(&["-i", "animated.png"]).done();
    assert_eq!(folder.bytes("animated.png"), bytes, "a second run changes nothing");
}
