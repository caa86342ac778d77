//! One palette for pictures that several machines have counted.

mod program;

use program::Folder;

/// A photograph, a screenshot and drawings: 60,000 colours, some transparent.
const PICTURES: [&str; 5] = ["flower.jpg", "screenshot.png", "logo.png", "transparent.png", "animated.gif"];

fn fit<'a>(folder: &Folder, inputs: &[&'a str], more: &[&'a str]) -> Vec<u8> {
    let first = ["palette", "fit", "-o", "brand.json", "--force", "--first-frame", "--colors", "64"];
    folder.huepack(&[&first, inputs, more].concat()).done();
    folder.bytes("brand.json")
}

fn count(folder: &Folder, inputs: &[&str], output: &str, more: &[&str]) {
    let first = ["palette", "count", "-o", output, "--first-frame"];
    folder.huepack(&[&first, inputs, more].concat()).done();
}

#[test]
fn the_palette_of_parts_is_that_of_all_pictures() {
    for space in ["perceptual", "rgb"] {
        let folder = Folder::with(&PICTURES);
        let space = ["--space", space];
        let wanted = fit(&folder, &PICTURES, &space);
        for number in 1..=3 {
            let shard = format!("{number}/3");
            let more = [&space[..], &["--shard", &shard]].concat();
            count(&folder, &PICTURES, &format!("{number}.huehist"), &more);
        }
        for order in [["1.huehist", "2.huehist", "3.huehist"], ["3.huehist", "1.huehist", "2.huehist"]] {
            assert!(fit(&folder, &order, &space) == wanted);
        }
        // Some counted together, some as pictures, a histogram of histograms.
        count(&folder, &["logo.png", "flower.jpg"], "a.huehist", &space);
        count(&folder, &["a.huehist", "animated.gif"], "b.huehist", &space);
        assert!(fit(&folder, &["screenshot.png", "b.huehist", "transparent.png"], &space) == wanted);
    }
}

#[test]
fn no_palette_is_fitted_before_all_shards_are_there_once() {
    let folder = Folder::with(&PICTURES);
    for number in 1..=3 {
        let (shard, output) = (format!("{number}/3"), format!("{number}.huehist"));
        count(&folder, &PICTURES, &output, &["--shard", &shard]);
    }
    count(&folder, &["logo.png"], "of2.huehist", &["--shard", "1/2"]);
    count(&folder, &["1.huehist", "3.huehist"], "some.huehist", &[]);
    let refused = |inputs: &[&str], word: &str| {
        let run = folder.huepack(&[&["palette", "fit", "-o", "a.json"], inputs].concat());
        run.fails(3, &[word]);
    };
    refused(&["1.huehist"], "a.json: shards 2, 3 of 3 are missing; count what is missing");
    refused(&["some.huehist"], "a.json: shard 2 of 3 is missing");
    refused(&["some.huehist", "3.huehist"], "3.huehist: its shard 3 of 3 is in another input as well");
    refused(&["1.huehist", "of2.huehist"], "of2.huehist: it is a shard of 2, and others are of 3");
    folder.huepack(&["palette", "fit", "some.huehist", "2.huehist", "-o", "a.json"]).done();
    let run = folder.huepack(&["palette", "count", "1.huehist", "--shard", "1/1", "-o", "x.huehist"]);
    run.fails(3, &["x.huehist: an input is a shard already"]);
}

#[test]
fn pixels_count_in_one_way_or_the_other() {
    let folder = Folder::with(&PICTURES);
    count(&folder, &["logo.png"], "seen.huehist", &[]);
    count(&folder, &["logo.png"], "same.huehist", &["--space", "oklab"]);
    let fit = ["palette", "fit", "logo.png", "-o", "a.json"];
    let run = folder.huepack(&[&fit[..], &["same.huehist"]].concat());
    run.fails(3, &["same.huehist: it counts all pixels the same", "with the same --space"]);
    let run = folder.huepack(&[&fit[..], &["seen.huehist", "--space", "lab"]].concat());
    run.fails(3, &["seen.huehist: its pixels count as they show, and here all count the same"]);
    // Spaces that count alike can share one.
    folder.huepack(&[&fit[..], &["same.huehist", "--space", "lab"]].concat()).done();
}

#[test]
fn what_was_counted_is_told() {
    let folder = Folder::with(&["logo.png", "pixel-art-12.png"]);
    let run = folder.huepack(&["palette", "count", "logo.png", "pixel-art-12.png", "-o", "a.huehist"]).done();
    assert!(run.text().starts_with("2 pictures -> a.huehist: "), "{}", run.text());
    let run = folder.huepack(&["palette", "fit", "a.huehist", "-o", "a.json"]).done();
    assert!(run.text().starts_with("2 pictures -> a.json: "), "{}", run.text());
    let run = folder.huepack(&["palette", "count", "a.huehist", "-o", "b.huehist", "--json"]).done();
    assert_eq!((&run.json()[0]["pictures"], &run.json()[0]["output"]), (&2.into(), &"b.huehist".into()));
    assert!(folder.bytes("a.huehist") == folder.bytes("b.huehist"));
}

#[test]
fn a_shard_without_pictures_is_a_histogram_without_colours() {
    let folder = Folder::with(&["logo.png"]);
    let shard = |number: u32| {
        let (shard, output) = (format!("{number}/2"), format!("{number}.huehist"));
        let run = folder.huepack(&["palette", "count", "logo.png", "-o", &output, "--shard", &shard]).done();
        run.text().starts_with("0 pictures")
    };
    let is_empty = [shard(1), shard(2)];
    assert!(is_empty[0] != is_empty[1]);
    let empty = if is_empty[0] { "1.huehist" } else { "2.huehist" };
    folder.huepack(&["palette", "fit", empty, "-o", "a.json"]).fails(3, &["a.json: shard "]);
    let both = folder.huepack(&["palette", "fit", "1.huehist", "2.huehist", "-o", "a.json"]).done();
    assert!(both.text().starts_with("1 picture -> a.json: "));
}

#[test]
fn damaged_histograms_and_pictures_are_told_and_nothing_is_written() {
    let folder = Folder::with(&["logo.png", "broken/truncated.png"]);
    let run = folder.huepack(&["palette", "count", "logo.png", "truncated.png", "-o", "a.huehist"]);
    run.fails(3, &["truncated.png: damaged PNG"]);
    folder.huepack(&["palette", "count", "logo.png", "-o", "a.huehist"]).done();
    let good = folder.bytes("a.huehist");
    folder.write("cut.huehist", &good[..good.len() - 1]);
    let run = folder.huepack(&["palette", "fit", "cut.huehist", "-o", "a.json"]);
    run.fails(3, &["cut.huehist: damaged histogram: its checksum is wrong; count its pictures again"]);
    folder.write("new.huehist", b"huepack-histogram 9 equal 3 whole 00000000\n");
    let run = folder.huepack(&["palette", "fit", "new.huehist", "-o", "a.json"]);
    run.fails(3, &["new.huehist: it is a histogram of a newer huepack"]);
    folder.huepack(&["palette", "count", "logo.png", "-o", "a.huehist"]).fails(3, &["it exists already"]);
    assert_eq!(folder.names(), ["a.huehist", "cut.huehist", "logo.png", "new.huehist", "truncated.png"]);
}
