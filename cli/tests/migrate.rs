//! Settings of imagemin, image-actions and imgbot become a config that huepack reads.

mod program;

use std::fs;

use program::{Folder, Run};

const PACKAGE: &str = r#"{
  "name": "site",
  "scripts": { "images": "imagemin src/* --out-dir=dist" },
  "imagemin": {
    "plugins": [
      ["imagemin-pngquant", {
        "quality": [0.6, 0.8],
        "speed": 1,
        "strip": true,
        "dithering": false,
        "posterize": 4
      }],
      ["gifsicle", { "optimizationLevel": 3, "colors": 64, "interlaced": true }],
      "imagemin-optipng",
      ["mozjpeg", { "quality": 75 }],
      "imagemin-unheard-of"
    ]
  }
}
"#;

const WORKFLOW: &str = "\
name: Images
on: [pull_request]
jobs:
  images:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Compress
        uses: calibreapp/image-actions@main
        with:
          githubToken: ${{ secrets.GITHUB_TOKEN }}
          jpegQuality: '85'
          pngQuality: '80' # as good as it gets
          ignorePaths: 'vendor/**, **/*.test.png'
          minPctChange: '2.5'
          compressOnly: true
";

fn project(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(&[]);
    for (name, text) in files {
        fs::create_dir_all(folder.path(name).parent().unwrap()).unwrap();
        folder.write(name, text.as_bytes());
    }
    folder
}

/// Migrates, writes what comes out, and lists what huepack reads in it.
fn written(folder: &Folder) -> (String, Run) {
    let run = folder.huepack(&["migrate"]).done();
    let text = run.text().to_owned();
    folder.write("huepack.toml", text.as_bytes());
    (text, folder.huepack(&["config"]).done())
}

#[test]
fn imagemin_in_a_package_becomes_a_config() {
    let folder = project(&[("package.json", PACKAGE)]);
    let (text, config) = written(&folder);
    for line in [
        "min-score = 72 # package.json:7: pngquant quality: [0.6, 0.8]\n",
        "effort = \"best\" # package.json:8: pngquant speed: 1\n",
        "dither = \"none\" # package.json:10: pngquant dithering: false\n",
        "effort = \"best\" # package.json:13: gifsicle optimizationLevel: 3\n",
        "# package.json:7: pngquant quality: [0.6, 0.8]: of it, no more than the upper bound is wanted: --quality 79 ",
        "# package.json:9: pngquant strip: true: ",
        "# package.json:11: pngquant posterize: 4: huepack compat pngquant --posterize",
        "# package.json:13: gifsicle colors: 64: ",
        "# package.json:13: gifsicle interlaced: true: ",
        "# package.json:14: optipng: ",
        "# package.json:15: mozjpeg: ",
        "# package.json:16: unheard-of: this plugin is not known",
        "# package.json:3: scripts images: \"imagemin src/* --out-dir=dist\": run huepack",
    ] {
        assert!(text.contains(line), "{line:?} is missing in\n{text}");
    }
    for line in
        ["min-score = 72 for \"*.png\"", "dither = \"none\" for \"*.png\"", "effort = \"best\" for \"*.gif\""]
    {
        assert!(config.text().contains(line), "{line:?} is missing in\n{}", config.text());
    }
}

#[test]
fn image_actions_in_a_workflow_become_a_config() {
    let folder =
        project(&[(".github/workflows/images.yml", WORKFLOW), (".github/workflows/other.yml", "a: [")]);
    let (text, config) = written(&folder);
    let file = ".github/workflows/images.yml";
    for line in [
        format!("min-score = 79 # {file}:13: pngQuality: \"80\"\n"),
        format!("  \"vendor/**\", # {file}:14: ignorePaths\n  \"**/*.test.png\", # {file}:14: ignorePaths\n"),
        format!("[check]\nmin-savings = [\n  \"2.5%\", # {file}:15: minPctChange: \"2.5\"\n]\n"),
        format!("# {file}:11: githubToken: "),
        format!("# {file}:12: jpegQuality: \"85\": huepack leaves JPEG"),
        format!("# {file}:16: compressOnly: true: "),
    ] {
        assert!(text.contains(&line), "{line:?} is missing in\n{text}");
    }
    assert!(config.text().contains("min-score = 79"), "{}", config.text());
    assert!(config.text().contains("exclude \"vendor/**\""), "{}", config.text());
}

#[test]
fn imgbot_becomes_a_config() {
    let settings =
        "{\n\"schedule\": \"daily\",\n\"ignoredFiles\": [\"*.jpg\", \"public/big/*\"],\n\"minKBReduced\": 5}";
    let folder = project(&[(".imgbotconfig", settings)]);
    let (text, config) = written(&folder);
    for line in [
        "min-score = 100 # .imgbotconfig:1: without aggressiveCompression nothing is lost\n",
        "  \"public/big/*\", # .imgbotconfig:3: ignoredFiles\n",
        "  \"5120B\", # .imgbotconfig:4: minKBReduced: 5\n",
        "# .imgbotconfig:2: schedule: \"daily\": ",
    ] {
        assert!(text.contains(line), "{line:?} is missing in\n{text}");
    }
    assert!(config.text().contains("min-score = 100"), "{}", config.text());
}

#[test]
fn all_forms_of_plugins_are_read() {
    let options = r#"{ "quality": "60-80" }"#;
    for form in [
        format!(r#"{{ "pngquant": {options} }}"#),
        format!(r#"{{ "plugins": {{ "imagemin-pngquant": {options} }} }}"#),
        format!(r#"{{ "plugins": [["pngquant", {options}]] }}"#),
        format!(r#"{{ "plugins": [{{ "imagemin-pngquant": {options} }}] }}"#),
        "plugins:\n  - pngquant:\n      quality: [0.6, 0.8]\n".to_owned(),
    ] {
        let folder = project(&[(".imageminrc", &form)]);
        let (text, _) = written(&folder);
        assert!(text.contains("[[rule]]\nglob = \"*.png\"\nmin-score = 72 # .imageminrc:"), "{form}\n{text}");
    }
    let folder = project(&[(".imagemin.json", r#"{ "optipng": { "optimizationLevel": 7 } }"#)]);
    let (text, _) = written(&folder);
    assert!(
        text.contains("min-score = 100 # .imagemin.json:1: optipng loses nothing\neffort = \"best\""),
        "{text}"
    );
}

#[test]
fn several_sources_go_together_and_contradictions_are_told() {
    let other = WORKFLOW.replace("'80'", "'90'");
    let files = [
        ("package.json", PACKAGE),
        (".github/workflows/a.yml", WORKFLOW),
        (".github/workflows/b.yaml", &*other),
    ];
    let (text, _) = written(&project(&files));
    assert!(
        text.starts_with("# From package.json, .github/workflows/a.yml, .github/workflows/b.yaml, by"),
        "{text}"
    );
    for other in [
        "a.yml:13: pngQuality: \"80\" would be min-score = 79",
        "b.yaml:13: pngQuality: \"90\" would be min-score = 87",
    ] {
        let remark = format!("# .github/workflows/{other}, which package.json:7: pngquant");
        assert!(text.contains(&remark), "{text}");
    }
    assert_eq!(text.matches("\nmin-score").count(), 1, "{text}");
}

#[test]
fn programs_are_named_and_not_run() {
    let folder = project(&[
        ("imagemin.config.js", "module.exports = {}"),
        ("gulpfile.js", "const imagemin = require('gulp-imagemin')"),
        ("webpack.config.js", "module.exports = {}"),
    ]);
    let run = folder.huepack(&["migrate"]);
    assert_eq!((run.code, run.stderr.lines().count(), run.text()), (3, 2, ""), "{}", run.stderr);
    run.says(&["imagemin.config.js: it is a program", "gulpfile.js: it is a program", "docs/cli.md"]);
}

#[test]
fn broken_files_are_told_with_their_line_and_do_not_stop_the_others() {
    let folder = project(&[
        (".imageminrc", "{\n\"pngquant\": {\n\"quality\": [0.6 0.8]}}"),
        (".github/workflows/images.yml", WORKFLOW),
        (".github/workflows/b.yml", "jobs:\n  a: [image-actions\nb: c\n"),
    ]);
    let run = folder.huepack(&["migrate"]);
    assert_eq!(run.code, 3);
    assert!(run.text().contains("min-score = 79"), "{}", run.text());
    let run = run.says(&[".imageminrc:3: expected `,` or `]`; mend it", "workflows/b.yml:3: "]);
    assert_eq!(run.stderr.lines().count(), 2, "{}", run.stderr);
    let run = folder.huepack(&["migrate", "--write"]);
    assert_eq!(run.code, 3);
    run.says(&["huepack.toml: nothing was written"]);
    assert!(!folder.path("huepack.toml").exists());
}

#[test]
fn values_that_make_no_sense_are_told_as_remarks() {
    let folder = project(&[(
        ".github/workflows/a.yml",
        &*WORKFLOW.replace("'80'", "good").replace("'2.5'", "${{ vars.LEAST }}").replace("vendor/**", "a[b"),
    )]);
    let (text, _) = written(&folder);
    for line in [
        "pngQuality: good: a number from 0 to 100",
        "only known when the workflow runs",
        "the pattern \"a[b\"",
    ] {
        assert!(text.contains(line), "{line:?} is missing in\n{text}");
    }
}

#[test]
fn a_config_is_written_once_and_not_overwritten() {
    let folder = project(&[("site/package.json", PACKAGE)]);
    let run = folder.huepack(&["migrate", "site", "--write"]).succeeds();
    run.says(&["site/huepack.toml: written, with "]);
    let text = folder.bytes("site/huepack.toml");
    folder.huepack(&["migrate", "site", "--write"]).fails(3, &["site/huepack.toml: it exists already"]);
    assert_eq!(folder.bytes("site/huepack.toml"), text);
    assert_eq!(
        folder.huepack(&["migrate", "site"]).done().stdout,
        text,
        "what is printed is what is written"
    );
}

#[test]
fn nothing_to_migrate_is_told() {
    let folder = project(&[("package.json", "{}"), (".github/workflows/a.yml", "jobs: {}")]);
    folder.huepack(&["migrate", "nowhere"]).fails(3, &["nowhere: there is no such file"]);
    folder.huepack(&["migrate"]).fails(3, &[".: there are no settings of imagemin, image-actions or imgbot"]);
}
