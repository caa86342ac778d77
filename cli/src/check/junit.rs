//! A check as JUnit XML: a test case for each file, and one for each budget that is broken.

use std::fmt::Write;
use std::path::Path;

use super::Checked;
use super::finding::Finding;
use crate::failure::shown;

pub(super) fn text(checked: &Checked) -> String {
    let budgets: Vec<&Finding> = checked.findings.iter().filter(|finding| finding.line.is_some()).collect();
    let tests = checked.files.len() + budgets.len();
    let is_failed =
        |path: &Path| checked.findings.iter().any(|finding| finding.line.is_none() && finding.path == path);
    let failed = checked.files.iter().filter(|path| is_failed(path)).count() + budgets.len();
    let errors = checked.failures.len();
    let counts = format!("tests=\"{tests}\" failures=\"{failed}\" errors=\"{errors}\"");
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"huepack check\" {counts}>\n\
         <testsuite name=\"huepack check\" {counts}>\n"
    );
    for path in &checked.files {
        case(&mut xml, path, checked);
    }
    for finding in budgets {
        let (name, message) = (
            escaped(&format!("{}:{}", shown(&finding.path), finding.line.unwrap_or(0))),
            escaped(&finding.message()),
        );
        let _ = writeln!(
            xml,
            "<testcase classname=\"budget\" name=\"{name}\"><failure message=\"{message}\"/></testcase>"
        );
    }
    xml + "</testsuite>\n</testsuites>\n"
}

fn case(xml: &mut String, path: &Path, checked: &Checked) {
    let mut inner = String::new();
    for finding in checked.findings.iter().filter(|finding| finding.line.is_none() && finding.path == path) {
        let (rule, message) = (finding.what.rule(), escaped(&finding.message()));
        let _ = write!(inner, "<failure type=\"{rule}\" message=\"{message}\"/>");
    }
    for (_, failure) in checked.failures.iter().filter(|(failed, _)| failed == path) {
        let _ = write!(inner, "<error message=\"{}\"/>", escaped(&failure.to_string()));
    }
    if let Some((_, reason)) = checked.ignored.iter().find(|(finding, _)| finding.path == path) {
        let _ = write!(inner, "<skipped message=\"{}\"/>", escaped(reason));
    }
    let name = escaped(&shown(path));
    let _ = match inner.is_empty() {
        true => writeln!(xml, "<testcase classname=\"file\" name=\"{name}\"/>"),
        false => writeln!(xml, "<testcase classname=\"file\" name=\"{name}\">{inner}</testcase>"),
    };
}

/// Text for an attribute. Characters that XML 1.0 does not know are replaced.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, c| {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_does_not_know_is_replaced() {
        assert_eq!(escaped("a<b>&\"\u{1}\n\u{ffff}"), "a&lt;b&gt;&amp;&quot;  \u{fffd}");
    }
}
