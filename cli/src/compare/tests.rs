use clap::Parser;
use huepack::{Dither, Histogram, measure};

use super::*;

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    compare: CompareArgs,
}

fn args(rest: &[&str]) -> CompareArgs {
    Command::parse_from(["compare", "pictures/some.name.jpg"].iter().chain(rest)).compare
}

fn china() -> Source {
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/china.jpg")).unwrap();
    let image = huepack::decode::Options::new().decode(&bytes).unwrap().image;
    Source { name: "china.jpg".into(), bytes, image }
}

/// A gradient of 600 colours, a part of it half or fully transparent if `clear`.
fn gradient(name: &str, clear: bool) -> Source {
    let alpha = |x: i32| if clear { (x * 20).min(255) as u8 } else { 255 };
    let pixels = (0..600).map(|i| [(i % 30 * 8) as u8, (i / 30 * 12) as u8, 40, alpha(i % 30)]).collect();
    Source { name: name.into(), bytes: b"P6 the file".to_vec(), image: Image::new(30, 20, pixels).unwrap() }
}

fn row<'a>(comparison: &'a Comparison<'_>, method: Method) -> &'a Row {
    comparison.rows.iter().find(|row| row.method == method).unwrap()
}

const SRGB: Method = Method::KMeans(ColorSpace::Srgb);

#[test]
fn k_means_beats_every_other_method_on_its_own_measure() {
    let source = china();
    let comparison = compare(&args(&[]), &source).unwrap();
    assert_eq!(comparison.rows.len(), 7);
    assert!(comparison.rows.iter().all(|row| row.colors() == 64));
    let best = row(&comparison, SRGB).inertia;
    assert!(best <= 113.0, "{best}");
    assert!(comparison.rows.iter().all(|row| best <= row.inertia));
    for (method, worst) in [(Method::KmeansColors, 130.0), (Method::MedianCut, 200.0)] {
        let inertia = row(&comparison, method).inertia;
        assert!(inertia <= worst, "{method:?} must be given a fair chance, {inertia}");
    }
    let own = |space| {
        let inertia = |row: &Row| measure::inertia(source.image.view(), &row.indexed, space);
        comparison.rows.iter().map(inertia).fold(f64::INFINITY, f64::min)
    };
    for space in [ColorSpace::Srgb, ColorSpace::LinearRgb, ColorSpace::Lab, ColorSpace::Oklab] {
        assert_eq!(row(&comparison, Method::KMeans(space)).own_inertia, own(space), "{space:?}");
    }
}

#[test]
fn random_colours_are_as_bad_as_those_of_scikit_learns_example() {
    // Over 24 seeds its random codebooks gave a mean of 298 (239 to 543) at 64 colours; the mean of as many of
    // ours may be off by four standard errors of 12.
    let source = china();
    let image = source.image.view();
    let map = MapOptions::new().space(ColorSpace::Srgb).dither(Dither::None);
    let error = |seed| {
        let palette = Method::Random.palette(image, 64, seed).unwrap();
        measure::mean_squared_error(image, &map.map(image, &palette))
    };
    let mean = (0..24).map(error).sum::<f64>() / 24.0;
    assert!((mean - 298.0).abs() < 48.0, "{mean}");
}

#[test]
fn a_sample_costs_little_quality() {
    let source = china();
    let comparison = compare(&args(&["--sample", "1000"]), &source).unwrap();
    let inertia = row(&comparison, SRGB).inertia;
    assert!((113.0..180.0).contains(&inertia), "{inertia}");
    assert!(comparison.table().contains("fitted to 1,000 random pixels"));
}

#[test]
fn the_panels_have_the_titles_of_scikit_learns_example_with_true_counts() {
    let source = gradient("a.png", false);
    let comparison = compare(&args(&["-c", "16"]), &source).unwrap();
    let panels = panels(&source, 96_615, &comparison.rows).unwrap();
    assert_eq!(
        panels.iter().map(|panel| panel.title.as_str()).collect::<Vec<_>>(),
        [
            "Original image (96,615 colours)",
            "Quantized image (16 colours, k-means)",
            "Quantized image (16 colours, random)"
        ]
    );
    assert_eq!(comparison.source_colors, Histogram::of(source.image.view()).len());
    assert_eq!(comparison.panels[24..26], [8, 2], "truecolour");
}

#[test]
fn the_table_fits_a_terminal_and_a_name_cannot_steer_it() {
    let source = Source { name: "\u{1b}[31mred\n.jpg".into(), ..china() };
    let comparison = compare(&args(&["--dither", "auto"]), &source).unwrap();
    let table = comparison.table();
    assert!(table.lines().all(|line| line.chars().count() <= 120), "{table}");
    assert!(table.lines().all(|line| !line.contains('\u{1b}') && line == line.trim_end()), "{table}");
    for method in Method::ALL {
        assert_eq!(table.lines().filter(|line| line.starts_with(method.name())).count(), 1);
    }
}

#[test]
fn json_holds_every_number_and_survives_its_text() {
    let source = gradient("a \"quoted\" name.png", true);
    let comparison = compare(&args(&["-c", "256", "--seed", "7"]), &source).unwrap();
    let json: Value = serde_json::from_str(&comparison.json().to_string()).unwrap();
    assert_eq!(json["source"]["name"], source.name);
    assert_eq!(json["rows"].as_array().unwrap().len(), Method::ALL.len());
    for row in json["rows"].as_array().unwrap() {
        let used: u64 =
            row["palette"].as_array().unwrap().iter().map(|c| c["pixels"].as_u64().unwrap()).sum();
        assert_eq!(used, 600, "{}", row["method"]);
        assert_eq!(row["colors"], row["palette"].as_array().unwrap().len());
    }
    assert!(json["rows"][0]["gif_bytes"].is_null(), "GIF knows no alpha between");
}

#[test]
fn a_picture_without_error_has_an_infinite_psnr() {
    let image = Image::new(1, 1, vec![[1, 2, 3, 255]]).unwrap();
    let source = Source { name: String::new(), bytes: Vec::new(), image };
    let comparison = compare(&args(&[]), &source).unwrap();
    assert!(comparison.table().contains(" inf "));
    assert!(comparison.json()["rows"][0]["psnr_db"].is_null());
    assert!(comparison.html().contains(">inf<"));
}

#[test]
fn the_page_needs_no_network_and_escapes_the_name() {
    for clear in [false, true] {
        let source = gradient("</title><script>alert(\"1\")</script>&.png", clear);
        let comparison = compare(&args(&["-c", "8"]), &source).unwrap();
        let html = comparison.html();
        assert!(!html.contains("http://") && !html.contains("https://"));
        assert!(!html.contains("<script>alert") && html.contains("&lt;script&gt;alert"));
        assert_eq!(html.matches("class=\"after\"").count(), Method::ALL.len());
        // The file is in no format that browsers know, so its pixels stand in as a PNG.
        assert!(
            html.contains("class=\"before\" alt=\"The original picture\" src=\"data:image/png;base64,iVBOR")
        );
    }
}

#[test]
fn the_source_file_itself_is_shown_where_browsers_can() {
    let source = Source { bytes: b"\xff\xd8\xff and so on".to_vec(), ..gradient("a.jpg", false) };
    let html = compare(&args(&["-c", "2"]), &source).unwrap().html();
    assert!(html.contains("src=\"data:image/jpeg;base64,/9j/"));
}

#[test]
fn the_panels_go_beside_the_input_unless_told_otherwise() {
    assert_eq!(args(&[]).output_path().to_str(), Some("pictures/some.name-compare.png"));
    assert_eq!(args(&["-o", "x.png"]).output_path().to_str(), Some("x.png"));
}
