//! GIFs, animated or not, repacked without loss, and `--lossless` for the rest.

mod program;

use std::borrow::Cow;

use huepack::decode;
use program::{Folder, decoded, visible};

/// Whole frames of stripes over which a box moves.
fn clip() -> Vec<u8> {
    let palette = [[0, 0, 0], [255, 0, 0], [0, 255, 0], [0, 0, 255]].concat();
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, 64, 48, &palette).unwrap();
    encoder.set_repeat(gif::Repeat::Infinite).unwrap();
    for number in 0..6_usize {
        let mut buffer: Vec<u8> = (0..64 * 48_usize).map(|i| ((i * i / 7 + i / 5) % 3) as u8).collect();
        (0..9).for_each(|y| buffer[(y + 10) * 64 + 5 * number..][..9].fill(3));
        let frame =
            gif::Frame { width: 64, height: 48, delay: 9, buffer: Cow::Owned(buffer), ..Default::default() };
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    bytes
}

fn frames(bytes: &[u8]) -> Vec<(Vec<[u8; 4]>, huepack::Delay)> {
    let mut frames = decode::Options::new().frames(bytes).expect("a GIF");
    let mut all = Vec::new();
    while let Some(shown) = frames.next_frame().expect("a frame") {
        all.push((shown.canvas.pixels().to_vec(), shown.delay));
    }
    all
}

#[test]
fn an_animated_gif_is_repacked_beside_itself_and_said_in_a_line() {
    let folder = Folder::with(&[]);
    folder.write("a.gif", &clip());
    let run = folder.huepack(&["a.gif"]).done();
    let file = folder.bytes("a-hue.gif");
    assert!(2 * file.len() < clip().len() && frames(&file) == frames(&clip()));
    let line = run.text();
    assert!(line.starts_with("a.gif -> a-hue.gif: ") && line.ends_with(" %), lossless\n"), "{line}");
    assert!(line.contains(" B GIF of 6 frames (-"), "{line}");
}

#[test]
fn in_place_a_second_run_changes_no_byte_and_says_so() {
    let folder = Folder::with(&["still.gif"]);
    folder.write("a.gif", &clip());
    folder.huepack(&["-i", "a.gif", "still.gif"]).done();
    let (clip_once, still_once) = (folder.bytes("a.gif"), folder.bytes("still.gif"));
    assert!(frames(&clip_once) == frames(&clip()));
    let run = folder.huepack(&["-i", "a.gif", "still.gif", "--verify"]).done();
    assert_eq!(run.text().matches("not written, ").count(), 2, "{}", run.text());
    assert!(run.text().contains("is the least for this GIF of 6 frames"));
    assert_eq!((folder.bytes("a.gif"), folder.bytes("still.gif")), (clip_once, still_once));
}

#[test]
fn json_tells_frames_under_stable_names() {
    let folder = Folder::with(&["logo.png"]);
    folder.write("a.gif", &clip());
    let run = folder.huepack(&["a.gif", "logo.png", "--json"]).succeeds();
    let objects = run.json();
    assert_eq!((&objects[0]["frames"], &objects[1]["frames"]), (&6.into(), &1.into()));
    assert_eq!(objects[0]["bytes"]["source"], clip().len());
    assert_eq!(objects[0]["bytes"]["file"], folder.bytes("a-hue.gif").len());
    let keys = |object: &serde_json::Value| object.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&objects[0]), keys(&objects[1]));
}

#[test]
fn wishes_that_cost_colours_and_lossless_exclude_each_other() {
    let folder = Folder::with(&["animated.png"]);
    folder.write("a.gif", &clip());
    for wish in [
        &["--colors", "9"][..],
        &["--max-size", "9kB"],
        &["--requantize"],
        &["--width", "9"],
        &["--fps", "9"],
    ] {
        let run = folder.huepack(&[&["a.gif", "--lossless"], wish].concat());
        assert_eq!(run.code, 2, "{wish:?}: {}", run.stderr);
    }
    let reason = "an animation is only packed without loss from GIF to GIF";
    folder
        .huepack(&["a.gif", "--lossless", "--format", "png"])
        .fails(3, &["a.gif: ", reason, "--first-frame"]);
    folder.huepack(&["-i", "animated.png", "--lossless"]).fails(3, &["animated.png: ", reason]);
    folder.huepack(&["a.gif", "--first-frame"]).done();
    assert_eq!(visible(&decoded(&folder.bytes("a-hue.png"))), frames(&clip())[0].0);
    assert_eq!(folder.bytes("a.gif"), clip());
}

#[test]
fn in_a_pipe_the_content_says_what_comes_out() {
    let folder = Folder::with(&[]);
    let run = folder.huepack_reading(&["-", "--quiet"], &clip()).done();
    assert!(run.stdout.starts_with(b"GIF8") && frames(&run.stdout) == frames(&clip()));
    folder.write("named.png", &clip());
    folder.huepack(&["named.png"]).done();
    assert!(frames(&folder.bytes("named-hue.gif")) == frames(&clip()));
}

#[test]
fn lossless_png_is_whatever_is_smallest_and_loses_nothing() {
    for (name, form) in
        [("gradient.png", "RGB PNG"), ("logo.png", "PNG"), ("indexed-4bit.png", "indexed PNG")]
    {
        for effort in ["fast", "balanced"] {
            let folder = Folder::with(&[name]);
            let run =
                folder.huepack(&[name, "--lossless", "--effort", effort, "--force", "-o", "a.png"]).done();
            assert!(run.text().contains(form) && run.text().contains("lossless"), "{}", run.text());
            assert!(
                visible(&decoded(&folder.bytes("a.png"))) == visible(&decoded(&folder.bytes(name))),
                "{name}"
            );
        }
    }
    let folder = Folder::with(&["gradient.png", "rgb16.png"]);
    folder
        .huepack(&["gradient.png", "--lossless", "-o", "a.gif"])
        .fails(3, &["a GIF cannot hold it without loss"]);
    folder.huepack(&["rgb16.png", "--lossless"]).fails(3, &["rgb16.png: it has 16 bits a channel"]);
    assert_eq!(folder.names(), ["gradient.png", "rgb16.png"]);
}

#[test]
fn comments_of_a_gif_go_unless_they_are_kept() {
    let comment = b"!\xfe\x05hello\0";
    let clip = clip();
    // Behind the header and the table of four colours.
    let with = [&clip[..25], comment, &clip[25..]].concat();
    let folder = Folder::with(&[]);
    folder.write("a.gif", &with);
    let has = |file: Vec<u8>| file.windows(comment.len()).any(|bytes| bytes == comment);
    for (arguments, kept) in
        [(&[][..], false), (&["--keep", "text"], true), (&["--keep", "all"], true), (&["--strip"], false)]
    {
        folder.huepack(&[&["a.gif", "--force"], arguments].concat()).done();
        assert_eq!(has(folder.bytes("a-hue.gif")), kept, "{arguments:?}");
    }
}

/// Three frames of grain, each with 240 colours of its own: more than one palette holds.
fn colorful_clip() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, 64, 48, &[]).unwrap();
    for number in 0..3_u32 {
        let palette =
            (0..240_u32).flat_map(|i| [i as u8, (i * 7 + number) as u8, (number * 80) as u8]).collect();
        let grain = |i: u32| ((i + 999 * number).wrapping_mul(2_654_435_761) >> 8) % 240;
        let buffer: Vec<u8> = (0..64 * 48).map(|i| grain(i) as u8).collect();
        let frame = gif::Frame {
            width: 64,
            height: 48,
            delay: 9,
            palette: Some(palette),
            buffer: Cow::Owned(buffer),
            ..Default::default()
        };
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    bytes
}

#[test]
fn what_loses_nothing_reaches_every_goal_that_it_fits() {
    let folder = Folder::with(&[]);
    for clip in [clip(), colorful_clip()] {
        folder.write("a.gif", &clip);
        folder.huepack(&["a.gif", "-o", "lossless.gif", "--force"]).done();
        let lossless = folder.bytes("lossless.gif");
        let at_most = (lossless.len() + 1).to_string();
        for goal in [["--max-size", &at_most], ["--min-score", "99.9"], ["--quality", "100"]] {
            folder.huepack(&[&["a.gif", "-o", "b.gif", "--force"], &goal[..]].concat()).succeeds();
            let file = folder.bytes("b.gif");
            assert!(file.len() <= lossless.len() && frames(&file) == frames(&clip), "{goal:?}");
        }
    }
    // Who wants fewer colours gets them.
    folder.write("a.gif", &clip());
    folder.huepack(&["a.gif", "-o", "b.gif", "--force", "--max-size", "9kB", "-c", "2"]).succeeds();
    assert!(frames(&folder.bytes("b.gif")) != frames(&clip()));
    // In place as well, and what is there already stays if it is the best.
    folder.huepack(&["lossless.gif", "--in-place", "--min-score", "99.9"]).succeeds();
    assert_eq!(frames(&folder.bytes("lossless.gif")), frames(&colorful_clip()));
}
