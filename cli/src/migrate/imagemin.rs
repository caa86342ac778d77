//! imagemin's plugins with their options, in the forms in which packages and tools keep them.

use super::document::{Node, Value};
use super::draft::{Draft, Place};
use crate::compat::pngquant_score;

const PNG: Option<&str> = Some("*.png");
const GIF: Option<&str> = Some("*.gif");

/// Plugins that change no pixel of a PNG.
const LOSSLESS: [&str; 6] = ["optipng", "zopfli", "advpng", "pngcrush", "oxipng", "pngout"];

/// Reads settings of imagemin: plugins by name, or under `plugins`, in a list or by name.
pub(super) fn read(file: &str, node: &Node, draft: &mut Draft) {
    let mut plugins = Vec::new();
    collect(file, node, draft, &mut plugins);
    let has_pngquant = plugins.iter().any(|(name, _)| name == "pngquant");
    for (name, options) in &plugins {
        let place = Place { file, line: options.line };
        match &**name {
            "pngquant" => pngquant(place, options, draft),
            "gifsicle" => gifsicle(place, options, draft),
            lossless if LOSSLESS.contains(&lossless) => {
                optimizer(place, lossless, options, has_pngquant, draft);
            }
            "mozjpeg" | "jpegtran" | "jpegoptim" | "guetzli" | "webp" | "svgo" | "avif"
            | "jpeg-recompress" => {
                draft.remark(
                    place,
                    name,
                    "huepack leaves JPEG, WebP, AVIF and SVG alone; keep the plugin for them",
                );
            }
            _ => draft.remark(place, name, "this plugin is not known"),
        }
    }
}

/// Finds plugins, with their names as they are without `imagemin-`.
fn collect(file: &str, node: &Node, draft: &mut Draft, plugins: &mut Vec<(String, Node)>) {
    for (key, value) in node.entries() {
        let name = key.strip_prefix("imagemin-").unwrap_or(key);
        match name {
            "plugins" | "plugin" | "use" | "minimizerOptions" | "imageminOptions" => {
                list(file, value, draft, plugins);
            }
            _ if is_plugin(name) => plugins.push((name.to_owned(), value.clone())),
            _ => {
                let what = format!("{key}: {}", value.shown());
                draft.remark(
                    Place { file, line: value.line },
                    &what,
                    "name files and folders to huepack itself",
                );
            }
        }
    }
}

/// Plugins in a list: names, pairs of a name and options, or maps of such.
fn list(file: &str, node: &Node, draft: &mut Draft, plugins: &mut Vec<(String, Node)>) {
    collect(file, node, draft, plugins);
    for item in node.items() {
        let (name, options) = match (&item.value, item.items()) {
            (Value::Text { text, .. }, _) => (Some(&**text), None),
            (Value::List(_), [name, rest @ ..]) => (name.text(), rest.first()),
            _ => (None, None),
        };
        match name {
            Some(name) => {
                let name = name.strip_prefix("imagemin-").unwrap_or(name);
                let none = Node { line: item.line, value: Value::Map(Vec::new()) };
                let options = options.map_or(none, |options| Node { line: item.line, ..options.clone() });
                plugins.push((name.to_owned(), options));
            }
            None => collect(file, item, draft, plugins),
        }
    }
}

fn is_plugin(name: &str) -> bool {
    const OTHERS: [&str; 10] = [
        "pngquant",
        "gifsicle",
        "mozjpeg",
        "jpegtran",
        "jpegoptim",
        "guetzli",
        "webp",
        "svgo",
        "avif",
        "jpeg-recompress",
    ];
    OTHERS.contains(&name) || LOSSLESS.contains(&name)
}

fn pngquant(place: Place<'_>, options: &Node, draft: &mut Draft) {
    for (key, value) in options.entries() {
        let place = Place { line: value.line, ..place };
        let what = format!("pngquant {key}: {}", value.shown());
        match &**key {
            "quality" => pngquant_quality(place, &what, value, draft),
            "speed" => match value.number() {
                Some(speed) if speed < 2.0 => draft.set(place, &what, (PNG, "effort"), "\"best\"".into()),
                Some(speed) if speed >= 10.0 => draft.set(place, &what, (PNG, "effort"), "\"fast\"".into()),
                Some(_) => draft.set(place, &what, (PNG, "effort"), "\"balanced\"".into()),
                None => draft.remark(place, &what, "a number from 1 to 11 was wanted"),
            },
            "dithering" | "floyd" | "nofs" => match (value.truth(), value.number(), &**key) {
                (Some(false), _, "dithering" | "floyd") | (Some(true), _, "nofs") | (_, Some(0.0), _) => {
                    draft.set(place, &what, (PNG, "dither"), "\"none\"".into());
                }
                (Some(_), ..) => draft.set(place, &what, (PNG, "dither"), "\"auto\"".into()),
                _ => draft.remark(place, &what, "--dither-strength says it on the command line"),
            },
            "strip" => draft.remark(place, &what, "huepack drops metadata unless --keep says what stays"),
            "posterize" => {
                draft.remark(place, &what, "huepack compat pngquant --posterize does that");
            }
            _ => draft.remark(place, &what, "there is no such key"),
        }
    }
}

/// `[0.6, 0.8]`, or `"60-80"` as the program has it.
fn pngquant_quality(place: Place<'_>, what: &str, value: &Node, draft: &mut Draft) {
    let numbers: Vec<f64> = match value.text() {
        Some(text) => text.split('-').filter_map(|part| part.trim().parse().ok()).collect(),
        None => value.items().iter().filter_map(Node::number).collect(),
    };
    let is_part = value.text().is_none();
    let percent = |number: f64| if is_part { number * 100.0 } else { number };
    let numbers: Vec<f64> = numbers.into_iter().map(percent).filter(|n| (0.0..=100.0).contains(n)).collect();
    let Some(&least) = numbers.first() else {
        draft.remark(place, what, "a range such as [0.6, 0.8] was wanted");
        return;
    };
    draft.set(place, what, (PNG, "min-score"), pngquant_score(least.round() as u8).to_string());
    if let Some(&most) = numbers.get(1).filter(|&&most| most < 100.0) {
        let score = pngquant_score(most.round() as u8);
        let why = format!("of it, no more than the upper bound is wanted: --quality {score} says that");
        draft.remark(place, what, &why);
    }
}

fn gifsicle(place: Place<'_>, options: &Node, draft: &mut Draft) {
    for (key, value) in options.entries() {
        let place = Place { line: value.line, ..place };
        let what = format!("gifsicle {key}: {}", value.shown());
        match (&**key, value.number()) {
            ("optimizationLevel", Some(level)) => {
                let effort = if level < 2.0 {
                    "\"fast\""
                } else if level < 3.0 {
                    "\"balanced\""
                } else {
                    "\"best\""
                };
                draft.set(place, &what, (GIF, "effort"), effort.into());
            }
            ("colors", _) => {
                draft.remark(
                    place,
                    &what,
                    "GIFs of a folder are repacked without loss; --colors is for single files",
                );
            }
            ("interlaced", _) => draft.remark(place, &what, "huepack does not interlace, which is smaller"),
            _ => draft.remark(place, &what, "there is no such key"),
        }
    }
}

/// A plugin that changes no pixel: no palette that loses colours is good enough, unless another plugin makes such.
fn optimizer(place: Place<'_>, name: &str, options: &Node, has_pngquant: bool, draft: &mut Draft) {
    if has_pngquant {
        draft.remark(place, name, "huepack packs what it writes as small itself");
    } else {
        let what = format!("{name} loses nothing");
        draft.set(place, &what, (PNG, "min-score"), "100".into());
    }
    for (key, value) in options.entries() {
        let place = Place { line: value.line, ..place };
        let what = format!("{name} {key}: {}", value.shown());
        match (&**key, value.number()) {
            ("optimizationLevel", Some(level)) if !has_pngquant => {
                let effort = if level < 1.0 {
                    "\"fast\""
                } else if level < 5.0 {
                    "\"balanced\""
                } else {
                    "\"best\""
                };
                draft.set(place, &what, (PNG, "effort"), effort.into());
            }
            ("interlaced", _) => draft.remark(place, &what, "huepack does not interlace, which is smaller"),
            _ => draft.remark(place, &what, "there is no such key"),
        }
    }
}
