//! What services that pack the pictures of a repository are told: image-actions in workflows, and imgbot.

use super::document::Node;
use super::draft::{Draft, Place};
use crate::compat::pngquant_score;

/// What is said of colours is for PNG: GIF is packed without loss anyway.
const PNG: Option<&str> = Some("*.png");

/// The name of the action, before the `@` of its version.
const ACTION: &str = "calibreapp/image-actions";

/// Reads the steps of a workflow, or of an action, that use image-actions; whether there are any.
pub(super) fn image_actions(file: &str, workflow: &Node, draft: &mut Draft) -> bool {
    let of_jobs = workflow.get("jobs").into_iter().flat_map(|jobs| jobs.entries().iter().map(|(_, job)| job));
    let owners = of_jobs.chain(workflow.get("runs"));
    let steps = owners.filter_map(|owner| owner.get("steps")).flat_map(Node::items);
    let mut is_used = false;
    for step in steps {
        let name = step.get("uses").and_then(Node::text).unwrap_or_default();
        if !name.split('@').next().unwrap_or_default().eq_ignore_ascii_case(ACTION) {
            continue;
        }
        is_used = true;
        for (key, value) in step.get("with").map_or(&[][..], Node::entries) {
            input(Place { file, line: value.line }, key, value, draft);
        }
    }
    is_used
}

fn input(place: Place<'_>, key: &str, value: &Node, draft: &mut Draft) {
    let what = format!("{key}: {}", value.shown());
    let number = value.number();
    if value.text().is_some_and(|text| text.contains("${{")) && !key.eq_ignore_ascii_case("githubToken") {
        draft.remark(place, &what, "what it stands for is only known when the workflow runs");
        return;
    }
    match key.to_ascii_lowercase().as_str() {
        "pngquality" => match number.filter(|quality| (0.0..=100.0).contains(quality)) {
            Some(quality) => {
                let score = pngquant_score(quality.round() as u8);
                draft.set(place, &what, (PNG, "min-score"), score.to_string());
            }
            None => draft.remark(place, &what, "a number from 0 to 100 was wanted"),
        },
        "ignorepaths" => {
            for pattern in value.text().unwrap_or_default().split(',') {
                draft.exclude(place, "ignorePaths", pattern);
            }
        }
        "minpctchange" => match number.filter(|part| (0.0..100.0).contains(part)) {
            Some(part) => draft.min_savings(place, &what, format!("{part}%")),
            None => draft.remark(place, &what, "a number of percent was wanted"),
        },
        "jpegquality" | "jpegprogressive" | "webpquality" | "avifquality" => {
            draft.remark(place, &what, "huepack leaves JPEG, WebP and AVIF alone; keep the action for them");
        }
        "compressonly" => draft.remark(place, &what, "huepack commits nothing; a step of the workflow does"),
        "githubtoken" => draft.remark(place, key, "huepack needs no token"),
        _ => draft.remark(place, &what, "there is no such key"),
    }
}

/// Reads the settings of imgbot.
pub(super) fn imgbot(file: &str, config: &Node, draft: &mut Draft) {
    let aggressive = config.get("aggressiveCompression");
    let place = Place { file, line: aggressive.map_or(1, |node| node.line) };
    match aggressive.and_then(Node::truth) {
        Some(true) => {
            draft.remark(place, "aggressiveCompression", "colours are reduced anyway, to a score of 80");
        }
        _ => {
            let what = "without aggressiveCompression nothing is lost";
            draft.set(place, what, (PNG, "min-score"), "100".into());
        }
    }
    for (key, value) in config.entries() {
        let place = Place { file, line: value.line };
        let what = format!("{key}: {}", value.shown());
        match &**key {
            "aggressiveCompression" => {}
            "ignoredFiles" => {
                let names = value.items().iter().chain(value.text().map(|_| value));
                for name in names.filter_map(Node::text) {
                    draft.exclude(place, key, name);
                }
            }
            "minKBReduced" => match value.number().filter(|&size| size >= 0.0) {
                Some(size) if size > 0.0 => {
                    draft.min_savings(place, &what, format!("{}B", (size * 1024.0).round()));
                }
                Some(_) => {}
                None => draft.remark(place, &what, "a number was wanted"),
            },
            "schedule" => draft.remark(place, &what, "when it runs is for the workflow to say"),
            _ => draft.remark(place, &what, "there is no such key"),
        }
    }
}
