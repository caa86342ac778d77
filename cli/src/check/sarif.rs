//! A check in SARIF 2.1.0, as code scanning reads it.

use std::path::Path;

use huepack::OUTPUT_VERSION;
use serde_json::{Value, json};

use super::Checked;
use super::finding::{Finding, What};

pub(super) fn text(checked: &Checked) -> String {
    let rule = |&(id, text): &(&str, &str)| json!({ "id": id, "shortDescription": { "text": text } });
    let notification = |(path, failure): &(std::path::PathBuf, crate::failure::Failure)| {
        json!({
            "level": "error",
            "message": { "text": failure.to_string() },
            "locations": [location(path, None)],
        })
    };
    let ignored = checked.ignored.iter().map(|(finding, reason)| {
        let mut object = result(finding);
        object["suppressions"] = json!([{ "kind": "external", "justification": reason }]);
        object
    });
    let results: Vec<Value> = checked.findings.iter().map(result).chain(ignored).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "huepack",
                "version": env!("CARGO_PKG_VERSION"),
                "properties": { "output": OUTPUT_VERSION },
                "rules": What::RULES.iter().map(rule).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": checked.failures.is_empty(),
                "toolExecutionNotifications": checked.failures.iter().map(notification).collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn result(finding: &Finding) -> Value {
    let rule = finding.what.rule();
    let index = What::RULES.iter().position(|&(id, _)| id == rule);
    json!({
        "ruleId": rule,
        "ruleIndex": index,
        "level": if matches!(finding.what, What::Smaller { .. }) { "warning" } else { "error" },
        "message": { "text": finding.message() },
        "locations": [location(&finding.path, finding.line)],
    })
}

fn location(path: &Path, line: Option<usize>) -> Value {
    // A picture has no lines, but code scanning shows nothing that has none.
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(path) },
        "region": { "startLine": line.unwrap_or(1) },
    } })
}

/// A path as a reference in a URI (RFC 3986).
fn uri(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let mut uri = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte as char);
            }
            byte => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_in_a_uri() {
        assert_eq!(uri(Path::new("a b/é#1.png")), "a%20b/%C3%A9%231.png");
    }
}
